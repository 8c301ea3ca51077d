"""Addresses under /api/ (contract section 5)."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from designer.api import (
    accounts,
    analyses,
    conversions,
    designs,
    evaluations,
    reference,
    revisions,
    runs,
    searches,
    sharing,
)
from designer.api.docs import docs

v1 = [
    path("catalogue", reference.Catalogue.as_view()),
    path("templates", reference.Templates.as_view()),
    path("templates/<slug:template>", reference.Template.as_view()),
    path("me", reference.WhoAmI.as_view()),
    path("designs", designs.Designs.as_view()),
    path("designs/<uuid:design>", designs.DesignView.as_view()),
    path("designs/<uuid:design>/revisions", revisions.Revisions.as_view()),
    path("designs/<uuid:design>/revisions/<int:number>", revisions.RevisionView.as_view()),
    path("designs/<uuid:design>/revisions/<int:number>/restore", revisions.Restore.as_view()),
    path("designs/<uuid:design>/restore", revisions.RestoreNamed.as_view()),
    path("designs/<uuid:design>/analysis", analyses.Analysis.as_view()),
    path("designs/<uuid:design>/compare", revisions.Compare.as_view()),
    path("designs/<uuid:design>/export", conversions.Export.as_view()),
    path("designs/<uuid:design>/links", sharing.Links.as_view()),
    path("links/<uuid:link>", sharing.LinkView.as_view()),
    path("shared/<uuid:shared>", sharing.Shared.as_view()),
    path("shared/<uuid:shared>/open", sharing.OpenShared.as_view()),
    path("analyses", analyses.Analyses.as_view()),
    path("evaluations", evaluations.Evaluations.as_view()),
    path("evaluations/<uuid:job>", evaluations.EvaluationView.as_view()),
    path("sweeps", evaluations.Sweeps.as_view()),
    path("sweeps/<uuid:job>", evaluations.SweepView.as_view()),
    path("searches", searches.Searches.as_view()),
    path("searches/<uuid:job>", searches.SearchView.as_view()),
    path("layouts", conversions.Layouts.as_view()),
    path("imports", conversions.Imports.as_view()),
    path("runs", runs.Runs.as_view()),
    path("runs/<uuid:run>", runs.RunView.as_view()),
    path("runs/<uuid:run>/actions", runs.RunActions.as_view()),
    path("runs/<uuid:run>/frames", runs.RunFrames.as_view()),
    path("tokens", accounts.Tokens.as_view()),
    path("tokens/<uuid:token>", accounts.TokenView.as_view()),
    path("accounts", accounts.SignUp.as_view()),
    path("sessions", accounts.SignInView.as_view()),
    path("sessions/end", accounts.SignOut.as_view()),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema", SpectacularJSONAPIView.as_view()),
    path("docs", docs),
]
