"""Every address of the web side, except sockets (asgi.py)."""

from django.urls import include, path

from designer.api.problems import page_problem

urlpatterns = [
    path("api/", include("designer.api.urls")),
    path("", include("designer.pages.urls")),
]

handler400 = page_problem(400)
handler403 = page_problem(403)
handler404 = "designer.pages.views.lost"
handler500 = page_problem(500)
