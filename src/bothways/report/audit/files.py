"""The report files of an audit, by the names of their forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bothways.audit.change import Changed
from bothways.audit.result import AuditRun
from bothways.report.audit.csv_rows import csv_rows
from bothways.report.audit.junit import junit
from bothways.report.audit.keys import audit_json
from bothways.report.audit.markdown import markdown
from bothways.report.audit.page import page
from bothways.report.files import Form

FORMS: Mapping[str, Form[[AuditRun, Sequence[Changed] | None]]] = {
    "html": Form("audit.html", page),
    "junit": Form("audit.xml", junit),
    "csv": Form("audit.csv", csv_rows),
    "md": Form("audit.md", markdown),
    "json": Form("audit.json", audit_json),
}
