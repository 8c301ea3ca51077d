"""Import of Docker Compose: real files, what they are understood as, and odd ones."""

from pathlib import Path

import pytest

from simulation.topology.document import InvalidInput
from simulation.topology.importing import Imported, import_
from simulation.topology.validation import check
from tests.topology.imported import assert_readable, kinds, pairs, params


def compose(text: str) -> Imported:
    found = import_("compose", text)
    assert check(found.topology) == []
    return found


class TestOpenTelemetryDemo:
    @pytest.fixture
    def demo(self, shared: Path) -> Imported:
        return compose((shared / "samples" / "compose" / "opentelemetry-demo.yaml").read_text())

    def test_every_service_is_a_typed_node(self, demo: Imported) -> None:
        found = kinds(demo)
        assert len(found) == 20
        assert found["load-generator"] == "client"
        assert found["frontend-proxy"] == "load_balancer"
        assert found["frontend"] == "web_server"
        assert found["astronomy-db"] == "database"
        assert found["valkey-cart"] == "cache"
        assert found["otel-collector"] == "metrics"
        assert {found[name] for name in ("ad", "cart", "checkout", "payment", "shipping", "flagd")} == {"service"}

    def test_addresses_in_the_environment_are_calls(self, demo: Imported) -> None:
        assert {
            ("load-generator", "frontend-proxy"),
            ("frontend-proxy", "frontend"),
            ("frontend", "checkout"),
            ("checkout", "payment"),
            ("shipping", "quote"),
            ("cart", "valkey-cart"),
            ("product-catalog", "astronomy-db"),
            ("recommendation", "product-catalog"),
        } <= pairs(demo)

    def test_requests_enter_through_the_proxy_alone(self, demo: Imported) -> None:
        entered = {t for s, t in pairs(demo) if s == "load-generator"}
        assert entered == {"frontend-proxy", "otel-collector"}
        assert len(demo.topology.flows) == 1
        assert demo.topology.flows[0].source == "load-generator"

    def test_a_valkey_with_no_store_behind_is_needed(self, demo: Imported) -> None:
        assert params(demo, "cart", "valkey-cart")["required"] is True
        assert any("valkey-cart" in line for line in demo.assumed)

    def test_what_the_file_does_not_say_is_listed(self, demo: Imported) -> None:
        assert any("requests a second" in line for line in demo.assumed)
        assert any("service_time_ms" in line for line in demo.assumed)
        assert any("healthcheck" in line for line in demo.left_out)
        assert len(demo.understood) > 40

    def test_it_is_laid_out_without_overlaps(self, demo: Imported) -> None:
        assert_readable(demo)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nginx-flask-mysql", {"proxy": "load_balancer", "backend": "service", "db": "database", "users": "client"}),
        ("react-java-mysql", {"frontend": "web_server", "backend": "service", "db": "database", "users": "client"}),
        ("nextcloud-redis-mariadb", {"nc": "web_server", "redis": "cache", "db": "database", "users": "client"}),
        (
            "elasticsearch-logstash-kibana",
            {"elasticsearch": "search_index", "logstash": "logging", "kibana": "logging", "users": "client"},
        ),
    ],
)
def test_sample_files_are_understood(shared: Path, name: str, expected: dict[str, str]) -> None:
    found = compose((shared / "samples" / "compose" / f"{name}.yaml").read_text())
    assert kinds(found) == expected
    assert_readable(found)


def test_a_cache_before_a_store_stays_optional(shared: Path) -> None:
    found = compose((shared / "samples" / "compose" / "nextcloud-redis-mariadb.yaml").read_text())
    assert pairs(found) == {("users", "nc"), ("nc", "redis"), ("nc", "db")}
    assert "required" not in params(found, "nc", "redis")


def test_anchors_merges_replicas_urls_links_and_aliases() -> None:
    found = compose(
        """
x-app: &app
  image: registry.example/shop/app:1
  environment: {DATABASE_URL: "postgres://u:p@pg:5432/shop", CACHE_URL: "redis://sessions-and-more:6379"}
services:
  api: {<<: *app, ports: ["80:8000"], deploy: {replicas: 3}, links: ["mail:smtp"]}
  admin: {<<: *app, scale: 2}
  pg: {image: postgres:16-alpine}
  redis: {image: bitnami/redis, networks: {back: {aliases: [sessions-and-more]}}}
  mail: {image: axllent/mailpit}
networks: {back: {}}
"""
    )
    assert kinds(found) == {
        "api": "service",
        "admin": "service",
        "pg": "database",
        "redis": "cache",
        "mail": "external_service",
        "users": "client",
    }
    assert {n.id: n.replicas for n in found.topology.nodes if n.replicas > 1} == {"api": 3, "admin": 2}
    assert {("api", "pg"), ("api", "redis"), ("api", "mail"), ("admin", "pg"), ("users", "api")} <= pairs(found)


def test_queues_are_published_to_and_consumed_from_by_evidence() -> None:
    found = compose(
        """
services:
  checkout: {build: ./checkout, ports: ["8080:8080"], environment: [KAFKA_ADDR=kafka:9092]}
  accounting: {build: ./accounting, environment: [KAFKA_ADDR]}
  fraud: {build: ./fraud, environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092", GROUP_ID: fraud}}
  kafka: {image: confluentinc/cp-kafka:7.5.0, depends_on: [zookeeper]}
  zookeeper: {image: zookeeper}
"""
    )
    assert kinds(found)["kafka"] == "message_queue"
    assert kinds(found)["accounting"] == "worker"
    assert {("checkout", "kafka"), ("kafka", "accounting"), ("kafka", "fraud")} <= pairs(found)
    assert any("zookeeper" in line for line in found.left_out)


def test_a_redis_that_jobs_go_through_is_a_queue() -> None:
    found = compose(
        """
services:
  web: {build: ., ports: ["80:80"], environment: {CELERY_BROKER_URL: "redis://redis:6379/0", DB_HOST: db}}
  worker: {build: ., command: celery -A app worker, environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}}
  redis: {image: redis:7}
  db: {image: "postgres:${PG_VERSION:-16}"}
"""
    )
    assert kinds(found) == {
        "web": "web_server",
        "worker": "worker",
        "redis": "message_queue",
        "db": "database",
        "users": "client",
    }
    assert {("web", "redis"), ("redis", "worker"), ("web", "db")} <= pairs(found)


def test_telemetry_is_observed_not_called() -> None:
    found = compose(
        """
services:
  api: {build: ., ports: ["80:80"], depends_on: [collector, jaeger], environment: {OTLP_ENDPOINT: "http://collector:4317"}}
  collector: {image: otel/opentelemetry-collector-contrib, depends_on: [jaeger]}
  jaeger: {image: jaegertracing/all-in-one}
  prometheus: {image: prom/prometheus, depends_on: [api]}
  grafana: {image: grafana/grafana, depends_on: [prometheus]}
"""
    )
    assert {kinds(found)[n] for n in ("collector", "jaeger", "prometheus", "grafana")} == {"metrics"}
    assert {("api", "collector"), ("api", "jaeger"), ("prometheus", "api")} <= pairs(found)
    assert all(e.kind is None or e.kind == "observe" for e in found.topology.edges)


def test_database_replicas_follow_their_primary_and_start_up_jobs_are_left_out() -> None:
    found = compose(
        """
services:
  app: {build: ., ports: ["80:80"], environment: {DB_HOST: db-primary},
        depends_on: {migrate: {condition: service_completed_successfully}}}
  migrate: {build: ., command: ./manage.py migrate, environment: {DB_HOST: db-primary}}
  db-primary: {image: postgres}
  db-replica: {image: postgres, depends_on: [db-primary]}
"""
    )
    assert ("db-primary", "db-replica") in pairs(found)
    assert "migrate" not in kinds(found)
    assert any("migrate" in line for line in found.left_out)


def test_copies_behind_a_proxy_are_one_pool_and_static_pages_stand_beside_the_api() -> None:
    found = compose(
        """
services:
  proxy: {image: nginx, ports: ["80:80"], depends_on: [web1, web2, images]}
  web1: {build: ./web}
  web2: {build: ./web}
  images: {build: ./images}
"""
    )
    assert params(found, "proxy", "web1") == params(found, "proxy", "web2") == {"ops": ["read", "write"]}
    assert params(found, "proxy", "images") == {"ops": ["static"]}
    assert found.topology.flows[0].mix["static"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services:",
        "services: []",
        "services: {}",
        "a: 1",
        "services: {web: 3}",
        "[1, 2]",
        "just text",
        "services: {a: [}",
    ],
)
def test_what_is_no_compose_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        import_("compose", text)
    assert caught.value.status in (400, 422)


@pytest.mark.parametrize(
    "service",
    [
        "{}",
        "null",
        "{image: 5}",
        "{environment: [1, {a: 2}, null]}",
        "{environment: {A: [1]}, ports: {a: 1}}",
        "{ports: [80, '80', {target: 1}, '127.0.0.1:1:2']}",
        "{depends_on: 3, links: x, deploy: [], networks: [1]}",
        "{deploy: {replicas: many}}",
        "{deploy: {replicas: 99999999}}",
        "{build: {context: [1]}, command: [1, null, {}]}",
        "{depends_on: [a, a, missing]}",
        "{image: '${A:-${B}}', container_name: '한글'}",
        '{image: "x\\u0007y", labels: {a: "<script>"}}',
    ],
)
def test_odd_services_never_break_the_import(service: str) -> None:
    found = compose(f"services:\n  a: {service}\n  '한글 서비스': {{image: redis}}\n  'A B': {{image: nginx}}\n")
    assert found.topology.nodes


def test_sentences_come_in_korean_too() -> None:
    text = "services: {web: {image: nginx, ports: ['80:80']}}"
    found = import_("compose", text, "ko")
    assert all(any("가" <= c <= "힣" for c in line) for line in found.assumed)
