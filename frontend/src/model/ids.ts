/** An id of the document's alphabet that is not taken: `web`, `web-2`, `web-3` … */
export function freshId(wish: string, taken: { has(id: string): boolean }): string {
  const stem =
    wish
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'node';
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number += 1) {
    const id = `${stem}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Short ids that people expect for kinds with long names. */
const STEMS: Readonly<Record<string, string>> = {
  client: 'users',
  load_balancer: 'lb',
  api_gateway: 'gateway',
  web_server: 'web',
  session_store: 'sessions',
  database: 'db',
  object_storage: 'storage',
  search_index: 'search',
  message_queue: 'queue',
  external_service: 'external',
  datacenter: 'dc',
};

export function stemOf(kind: string): string {
  return STEMS[kind] ?? kind;
}
