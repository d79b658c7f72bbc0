"""Review: a second reader judges each labelled pair, and every decision is kept."""
