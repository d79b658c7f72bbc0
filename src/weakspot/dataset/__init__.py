"""The labelled data sets: pair files, their rules, and the formats they are published in."""
