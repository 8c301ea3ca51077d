"""What names of software and services say about the kind of a node.

Words are compared whole: `postgres:16-alpine` has the word postgres, `my-cache` the words my and cache.
"""

import re
from itertools import pairwise

_PRODUCTS: dict[str, str] = {
    "database": "postgres postgresql postgis timescaledb mysql mariadb percona mongo mongodb cockroach cockroachdb "
    "cassandra scylla scylladb couchdb couchbase neo4j clickhouse mssql sqlserver oracle oracledb dynamodb tidb "
    "yugabyte yugabytedb rethinkdb arangodb db2 firebird dgraph surrealdb edgedb ferretdb singlestore vitess",
    "cache": "redis valkey memcached memcache keydb dragonfly dragonflydb hazelcast ignite garnet",
    "message_queue": "kafka rabbitmq nats activemq artemis pulsar redpanda mosquitto emqx beanstalkd nsqd rocketmq "
    "elasticmq hivemq vernemq kestrel",
    "load_balancer": "haproxy envoy traefik caddy nginx openresty pgbouncer pgpool proxysql twemproxy",
    "api_gateway": "kong apisix tyk krakend gravitee zuul ocelot spring-cloud-gateway",
    "cdn": "varnish",
    "dns": "coredns bind9 dnsmasq pihole unbound",
    "search_index": "elasticsearch opensearch solr meilisearch typesense manticore manticoresearch zincsearch "
    "quickwit sonic weaviate qdrant milvus",
    "object_storage": "minio seaweedfs azurite ceph garage fake-gcs-server s3mock",
    "metrics": "prometheus grafana jaeger zipkin tempo otelcol otel collector opentelemetry-collector statsd graphite "
    "telegraf cadvisor node-exporter alertmanager pushgateway thanos mimir victoriametrics influxdb skywalking "
    "opamp netdata chronograf kapacitor zabbix pyroscope exporter nagios datadog newrelic apm-server",
    "logging": "fluentd fluent-bit fluentbit logstash loki promtail vector filebeat metricbeat kibana graylog "
    "rsyslog syslog syslog-ng seq dozzle opensearch-dashboards",
    "client": "k6 locust jmeter gatling artillery vegeta",
    "automation": "watchtower autoheal",
    "external_service": "mailhog mailpit mailcatcher smtp4dev stripe-mock wiremock mockserver",
    "web_server": "wordpress nextcloud ghost drupal joomla httpd tomcat apache2 jetty",
}

_ROLES: dict[str, str] = {
    "client": "loadgenerator load-generator loadgen loadtest traffic-generator",
    "session_store": "session-store sessionstore session-db session-cache sessions session",
    "api_gateway": "gateway api-gateway apigateway",
    "load_balancer": "proxy reverse-proxy loadbalancer load-balancer lb ingress balancer",
    "message_queue": "queue broker message-broker mq amqp",
    "worker": "worker workers consumer processor sidekiq celery resque scheduler cron beat jobs job-runner",
    "database": "db database sql",
    "cache": "cache",
    "search_index": "search-index",
    "object_storage": "object-storage object-store blob-store s3",
    "metrics": "metrics monitoring telemetry-collector tracing",
    "logging": "logging logs log-collector",
    "web_server": "web-server frontend front web webapp website site ui www storefront webui",
    "service": "api app backend server service svc",
}

#: Storage engines that are no relational database.
NOSQL = frozenset(
    {
        "mongo",
        "mongodb",
        "cassandra",
        "scylla",
        "scylladb",
        "couchdb",
        "couchbase",
        "neo4j",
        "dynamodb",
        "rethinkdb",
        "arangodb",
        "dgraph",
        "surrealdb",
        "ferretdb",
    }
)

#: Tools for people: on no request's path.
TOOLS = frozenset(
    {
        "adminer",
        "phpmyadmin",
        "pgadmin",
        "pgadmin4",
        "mongo-express",
        "redis-commander",
        "redisinsight",
        "kafka-ui",
        "kafdrop",
        "akhq",
        "portainer",
        "cerebro",
        "flower",
        "rabbitmq-management",
    }
)

#: Feature flags are read from the last answer, or their default, when the service is away.
FEATURE_FLAGS = frozenset(
    {
        "flagd",
        "unleash",
        "flipt",
        "growthbook",
        "flagsmith",
    }
)

#: Other names under which environment variables speak of a product.
_ALIASES = {
    "postgres": "postgresql pg postgis timescaledb",
    "mysql": "mariadb percona",
    "mongo": "mongodb",
    "redis": "valkey keydb dragonfly",
    "rabbitmq": "amqp rabbit",
    "elasticsearch": "elastic es opensearch",
    "memcached": "memcache",
    "otel": "otelcol collector opentelemetry-collector",
}


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: kind for kind, words in table.items() for word in words.split()}


PRODUCTS = _by_word(_PRODUCTS)
ROLES = _by_word(_ROLES)
_GROUPS = [frozenset({name, *others.split()}) for name, others in _ALIASES.items()]


def words(text: str) -> list[str]:
    """The words of a name in order, and each pair of neighbours joined by a dash."""
    single = [w for w in re.split(r"[^a-z0-9가-힣]+", re.sub(r"([a-z])([A-Z])", r"\1-\2", text).lower()) if w]
    plain = [stripped for w in single if (stripped := w.rstrip("0123456789")) and stripped != w]
    return [*single, *plain, *(f"{a}-{b}" for a, b in pairwise(single))]


def kind_by(table: dict[str, str], *names: str) -> str | None:
    """The kind that the words of the names say: joined words first, then the last, which says what a thing is."""
    for name in names:
        for word in sorted(dict.fromkeys(reversed(words(name))), key=lambda w: -w.count("-")):
            if word in table:
                return table[word]
    return None


def product_words(text: str) -> set[str]:
    """The words of a name that are products, with their other names."""
    found = {word for word in words(text) if word in PRODUCTS or any(word in group for group in _GROUPS)}
    for group in _GROUPS:
        if not found.isdisjoint(group):
            found |= group
    return found
