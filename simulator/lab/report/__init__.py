"""What a person or a CI service reads of runs: pages, tables, pictures, films, charts."""
