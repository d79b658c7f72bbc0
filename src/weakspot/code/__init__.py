"""Reading Python source: find files, decode, parse what can be parsed, normalise into units."""
