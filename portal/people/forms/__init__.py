"""What one can fill in about people, organizations, projects and one's own account."""

from portal.people.forms.comparable import (
    CheckForm,
    ComparableDatabaseForm,
    RegisterChoicesForm,
)
from portal.people.forms.descriptors import EndDescriptorForm, descriptor_form
from portal.people.forms.people import AddPersonForm, GrantRoleForm, PersonFilter, PersonForm
from portal.people.forms.register import (
    EndProjectForm,
    HolidayForm,
    OrganizationFilter,
    OrganizationForm,
    ProjectFilter,
    ProjectForm,
)
from portal.people.forms.sign_in import (
    WAIT,
    WRONG,
    AskLinkForm,
    ChangePasswordForm,
    PressForm,
    SignInForm,
    UseLinkForm,
)

__all__ = [
    "WAIT",
    "WRONG",
    "AddPersonForm",
    "AskLinkForm",
    "ChangePasswordForm",
    "CheckForm",
    "ComparableDatabaseForm",
    "EndDescriptorForm",
    "EndProjectForm",
    "GrantRoleForm",
    "HolidayForm",
    "OrganizationFilter",
    "OrganizationForm",
    "PersonFilter",
    "PersonForm",
    "PressForm",
    "ProjectFilter",
    "ProjectForm",
    "RegisterChoicesForm",
    "SignInForm",
    "UseLinkForm",
    "descriptor_form",
]
