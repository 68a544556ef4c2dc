"""Lines that may head any IOS output: `terminal exec prompt timestamp` and the clock."""

HEADS = (
    r"Load for five secs: ",
    r"Time source is ",
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d",
)
