"""A module that needs a package which nobody has."""

import a_package_that_nobody_has  # noqa: F401  it is not there, which is the point
