"""Lets the tests of every stage import `hostile_corpus`: pytest puts this folder on the path."""
