"""The pages of people: getting in, one's own account, and the register."""

from portal.people.views import account, comparable, descriptors, organizations, people, projects
from portal.people.views.blueprint import blueprint
from portal.people.views.sign_in import login_manager, sign_in_page

__all__ = [
    "account",
    "blueprint",
    "comparable",
    "descriptors",
    "login_manager",
    "organizations",
    "people",
    "projects",
    "sign_in_page",
]
