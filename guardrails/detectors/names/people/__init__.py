"""Signs that are certain about the names of people: titles, labels, greetings, signatures, headers of mails."""
