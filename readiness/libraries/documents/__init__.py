"""Document databases: linked code in, one `DocumentFilter` out for every filter that holds something a client sent.

Covers PyMongo and its asynchronous client, Motor, Flask-PyMongo, Beanie, ODMantic and MongoEngine.
"""
