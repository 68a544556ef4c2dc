"""The command lines of the emulated devices: words, modes, dialogues and what `show` prints."""
