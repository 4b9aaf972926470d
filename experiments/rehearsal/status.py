"""Every refusal of the simulated API server, as the `Status` object that the real one sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from experiments.rehearsal.kinds import BY_RESOURCE, Address, Json

STALE = "the object has been modified; please apply your changes to the latest version and try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason of several, with the field it is about."""

    reason: str
    message: str
    field: str = ""

    def as_json(self) -> Json:
        words = {"reason": self.reason, "message": self.message, "field": self.field}
        return {key: word for key, word in words.items() if word}


class StatusError(Exception):
    """The API server says no; carries the HTTP code and the whole `Status`."""

    def __init__(self, code: HTTPStatus, reason: str, message: str, details: Json | None = None) -> None:
        super().__init__(message)
        self.code = int(code)
        said = {"message": message, "reason": reason, "details": details}
        self.status: Json = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            **{key: value for key, value in said.items() if value},
            "code": self.code,
        }


def success(address: Address, uid: str) -> Json:
    """The `Status` that answers a deletion."""
    details = {**_details(address), "uid": uid}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def not_found(address: Address) -> StatusError:
    return StatusError(
        HTTPStatus.NOT_FOUND,
        "NotFound",
        f'{address.resource} "{address.name}" not found',
        _details(address),
    )


def already_exists(address: Address) -> StatusError:
    message = f'{address.resource} "{address.name}" already exists'
    return StatusError(HTTPStatus.CONFLICT, "AlreadyExists", message, _details(address))


def conflict(address: Address, why: str = STALE) -> StatusError:
    message = f'Operation cannot be fulfilled on {address.resource} "{address.name}": {why}'
    return StatusError(HTTPStatus.CONFLICT, "Conflict", message, _details(address))


def precondition_failed(address: Address, what: str, wanted: str, found: str, since: str) -> StatusError:
    """A deletion names another object, or another state of it; here alone the details name the kind."""
    kind = BY_RESOURCE[address.resource]
    subject = ".".join(part for part in (kind.name, kind.group) if part)
    mismatch = f"the {what} in the precondition ({wanted}) does not match the {what} in record ({found})"
    message = f'Operation cannot be fulfilled on {subject} "{address.name}": {mismatch}. {since}'
    return StatusError(HTTPStatus.CONFLICT, "Conflict", message, {**_details(address), "kind": kind.name})


def apply_conflict(causes: Sequence[Cause]) -> StatusError:
    """Somebody else owns, with another value, what an apply without force wants to set."""
    plural = "" if len(causes) == 1 else "s"
    named = "; ".join(f"{cause.message}: {cause.field}" for cause in causes)
    return StatusError(
        HTTPStatus.CONFLICT,
        "Conflict",
        f"Apply failed with {len(causes)} conflict{plural}: {named}",
        {"causes": [cause.as_json() for cause in causes]},
    )


def invalid(address: Address, field: str, problem: str, reason: str = "FieldValueInvalid") -> StatusError:
    """A value that can never be stored; `problem` begins with Kubernetes' own words for the reason."""
    kind = BY_RESOURCE[address.resource]
    details = {**_details(address), "kind": kind.name}
    details["causes"] = [Cause(reason=reason, message=problem, field=field).as_json()]
    subject = ".".join(part for part in (kind.name, kind.group) if part)
    message = f'{subject} "{address.name}" is invalid: {field}: {problem}'
    return StatusError(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", message, details)


def invalid_options(name: str, field: str, problem: str) -> StatusError:
    """Parameters that contradict the request, as `PatchOptions`."""
    cause = Cause(reason="FieldValueRequired", message=problem, field=field)
    details = {"group": "meta.k8s.io", "kind": name, "causes": [cause.as_json()]}
    message = f'{name}.meta.k8s.io "" is invalid: {field}: {problem}'
    return StatusError(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", message, details)


def unprocessable(problem: str) -> StatusError:
    """A patch whose result is no object at all."""
    cause = Cause(reason="FieldValueInvalid", message=f"Invalid value: {problem}", field="patch")
    message = f' "" is invalid: patch: {cause.message}'
    return StatusError(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", message, {"causes": [cause.as_json()]})


def internal(message: str) -> StatusError:
    """What the real server calls its own error, though the client caused it."""
    return StatusError(HTTPStatus.INTERNAL_SERVER_ERROR, "", message)


def bad_request(message: str) -> StatusError:
    return StatusError(HTTPStatus.BAD_REQUEST, "BadRequest", message)


def expired(message: str) -> StatusError:
    return StatusError(HTTPStatus.GONE, "Expired", message)


def method_not_allowed() -> StatusError:
    message = "the server does not allow this method on the requested resource"
    return StatusError(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", message)


def unsupported_media_type(accepted: Sequence[str]) -> StatusError:
    problem = "the body of the request was in an unknown format"
    message = f"{problem} - accepted media types include: {', '.join(accepted)}"
    return StatusError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message)


def _details(address: Address) -> Json:
    kind = BY_RESOURCE[address.resource]
    group = {"group": kind.group} if kind.group else {}
    return {"name": address.name, **group, "kind": kind.plural}
