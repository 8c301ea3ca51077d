"""The page's addresses."""

from django.urls import path

from designer.pages import views

urlpatterns = [
    path("", views.page),
    path("d/<uuid:design>", views.page),
    path("d/<uuid:design>/runs/<uuid:run>", views.page),
    path("s/<uuid:link>", views.page),
    path("embed/<uuid:link>", views.embedded),
    path("healthz", views.health),
]
