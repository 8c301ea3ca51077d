import type { ShareLink } from '../../api/types';

/** Share links of a design, as the API tells them (contract section 5). */
export type Scope = ShareLink['scope'];
export const SCOPES: readonly Scope[] = ['view', 'simulate', 'edit'];

/** A link that was just made; its secret is told only now. */
export type NewShareLink = Pick<ShareLink, 'id' | 'scope' | 'label' | 'expires_at'> & { readonly secret: string };

/** The address to hand on. The secret stands in the fragment, which no server ever sees. */
export function shareAddress(origin: string, link: NewShareLink): string {
  return `${origin}/s/${encodeURIComponent(link.id)}#${link.secret}`;
}

/** HTML that shows the design inside another page. */
export function embedSnippet(origin: string, link: NewShareLink, title: string): string {
  const address = `${origin}/embed/${encodeURIComponent(link.id)}#${link.secret}`;
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="800" height="480" loading="lazy" style="border:0"></iframe>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The secret in an address's fragment, or null when there is none or it cannot be one. */
export function secretIn(hash: string): string | null {
  const secret = hash.replace(/^#/, '');
  return /^[A-Za-z0-9._~-]{8,256}$/.test(secret) ? secret : null;
}

export const EXPIRIES_DAYS: readonly number[] = [1, 7, 30, 90];
export const DEFAULT_EXPIRY_DAYS = 90;

/** The moment that many days from now, as the API takes it. */
export function expiryAfter(days: number, now: number = Date.now()): string {
  return new Date(now + days * 86_400_000).toISOString();
}
