import { describe, expect, it } from 'vitest';
import { embedSnippet, expiryAfter, secretIn, shareAddress, type NewShareLink } from './links';

const link: NewShareLink = { id: 'lnk_1', scope: 'view', label: '', expires_at: null, secret: 'abcDEF_123-456' };

describe('a share link', () => {
  it('carries its secret in the fragment alone', () => {
    const address = new URL(shareAddress('https://linchpin.test', link));
    expect(address.pathname).toBe('/s/lnk_1');
    expect(address.search).toBe('');
    expect(secretIn(address.hash)).toBe(link.secret);
  });

  it('is embedded with whatever title, without breaking out of the attribute', () => {
    const html = embedSnippet('https://linchpin.test', link, '"><script>alert(1)</script>');
    expect(html).not.toContain('<script>');
    expect(html.match(/"/g)).toHaveLength(12);
    expect(html).toContain('/embed/lnk_1#abcDEF_123-456');
  });

  it('has no secret where none can be', () => {
    for (const hash of ['', '#', '#short', '#with space and more', `#${'x'.repeat(300)}`]) expect(secretIn(hash)).toBeNull();
  });

  it('ends after as many days as were chosen', () => {
    expect(expiryAfter(7, Date.parse('2026-01-01T00:00:00Z'))).toBe('2026-01-08T00:00:00.000Z');
  });
});
