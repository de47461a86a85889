"""Who and where an article speaks of: the gazetteer of places, names of people and organisations, and spaCy's NER."""
