"""The data of the gazetteer: what is written by hand, the script that joins it with CLDR's, and the file it makes."""
