/** Where one is, from the address. */
export type Route =
  | { readonly page: 'gallery' }
  | { readonly page: 'design'; readonly design: string; readonly run: string | null }
  | { readonly page: 'shared' | 'embed'; readonly link: string }
  | { readonly page: 'lost' };

const ID = '([0-9a-f-]{36})';
const DESIGN = new RegExp(`^/d/${ID}(?:/runs/${ID})?/?$`);
const LINK = new RegExp(`^/(s|embed)/${ID}/?$`);

export function routeOf(path: string): Route {
  if (path === '/') return { page: 'gallery' };
  const design = DESIGN.exec(path);
  if (design) return { page: 'design', design: design[1] ?? '', run: design[2] ?? null };
  const link = LINK.exec(path);
  if (link) return { page: link[1] === 's' ? 'shared' : 'embed', link: link[2] ?? '' };
  return { page: 'lost' };
}
