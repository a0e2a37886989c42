"""One life of a document, lived through each dialect and through the verbs alone."""
