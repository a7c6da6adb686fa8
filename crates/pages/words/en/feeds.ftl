# What was released and received.
feeds-title = Released and received
feeds-words = Each collection is for one audience. What stands in it may be read by them and by nobody else.
feeds-caption = Collections that you may read
feeds-none = Nothing was released to you.
feeds-collection = Collection
feeds-about = What it is
feeds-programs = Read it with a program
feeds-programs-words = Programs read the same collections by TAXII 2.1 at /taxii2/ with a token, which an administrator of this node makes.
feeds-objects-caption = Objects in the order in which they were added
feeds-objects-none = There is nothing in it.
feeds-object = Object
feeds-type = Type
feeds-modified = Version of
feeds-added = Added
feeds-next = Those that were added later
feeds-version = The version of { $time }
feeds-json = As JSON
