"""The command line: parses, calls one stage, prints, returns an exit code."""
