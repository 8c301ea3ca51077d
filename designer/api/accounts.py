"""Accounts and tokens."""

from uuid import UUID

from django.contrib.auth import login, logout
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import nudges
from designer.api import answers, bodies, questions
from designer.api.endpoint import Endpoint
from designer.api.paging import PAGE_PARAMETERS, PAGE_QUERY, page
from designer.api.schema import operation, page_of
from designer.sharing import services
from designer.sharing.models import Token, User
from designer.sharing.principals import NotAuthentic

BACKEND = "django.contrib.auth.backends.ModelBackend"


def account(user: User) -> answers.UserAnswer:
    """An account as its owner sees it."""
    return answers.UserAnswer(user.pk, "" if user.guest else user.get_username(), user.guest)


def token_answer(token: Token, secret: str | None = None) -> answers.TokenAnswer:
    """A token, with its secret once."""
    return answers.TokenAnswer(
        id=token.pk,
        prefix=token.prefix,
        scope=token.scope,  # type: ignore[arg-type]
        label=token.label,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        token=secret,
    )


class SignUp(Endpoint):
    """A new account."""

    rate = "sign-in"

    @operation("signUp", "Make an account; a guest keeps everything", body="SignIn", answers={201: "UserAnswer"})
    def post(self, request: Request) -> Response:
        given = bodies.read_as(request, questions.SignIn)
        guest = self.principal.user if self.principal.session else None
        user = services.sign_up(given.username, given.password, guest)
        login(request._request, user, backend=BACKEND)
        return Response(account(user), status=201)


class SignInView(Endpoint):
    """Signing in by name and password."""

    rate = "sign-in"

    @operation("signIn", "Sign in; what a guest made is taken along", body="SignIn", answers={200: "UserAnswer"})
    def post(self, request: Request) -> Response:
        given = bodies.read_as(request, questions.SignIn)
        user = services.sign_in(given.username, given.password, self.principal.user if self.principal.session else None)
        if user is None:
            raise NotAuthentic("Name and password do not match.")
        login(request._request, user, backend=BACKEND)
        return Response(account(user))


class SignOut(Endpoint):
    """Signing out; sockets of the session close."""

    @operation("signOut", "Sign out", answers={204: None})
    def post(self, request: Request) -> HttpResponse:
        logout(request._request)
        nudges.rights_changed()
        return HttpResponse(status=204)


class Tokens(Endpoint):
    """Keys for scripts."""

    parameters = PAGE_PARAMETERS

    @operation("listTokens", "One's own tokens", answers={200: page_of("TokenAnswer")}, query=PAGE_QUERY)
    def get(self, request: Request) -> Response:
        rows = Token.objects.filter(user=self.signed_in(), revoked_at=None)
        return Response(page(request, rows, "created_at", token_answer))

    @operation(
        "createToken", "A token, shown once; without credentials for a new guest", body="NewToken",
        answers={201: "TokenAnswer"},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        self.own_scope()
        has_body = bool(request._request.body)
        given = bodies.read_as(request, questions.NewToken) if has_body else questions.NewToken()
        expires = bodies.future(given.expires_at, "/expires_at")
        user = self.principal.user or services.new_guest()
        token, secret = services.make_token(user, given.label, given.scope, expires)
        response = Response(token_answer(token, secret), status=201)
        response["Location"] = f"/api/v1/tokens/{token.pk}"
        response["Cache-Control"] = "no-store"
        return response


class TokenView(Endpoint):
    """One token."""

    @operation("revokeToken", "Revoke a token", answers={204: None})
    def delete(self, request: Request, token: UUID) -> HttpResponse:
        user = self.signed_in()
        if self.principal.token != token:
            self.own_scope()
        services.revoke_token(user, token)
        return HttpResponse(status=204)
