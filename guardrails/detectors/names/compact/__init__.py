"""The compact tagger: what a network of 5 MB says of the tokens of a text."""
