"""The built-in rules, one folder a chapter, one module and one page a rule."""
