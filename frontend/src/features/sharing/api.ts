import type { SharedDesign } from '../../api/types';
import { call } from '../call';
import { listAll } from '../pages';
import type { ShareLink } from '../../api/types';
import type { NewShareLink, Scope } from './links';

export function createLink(design: string, wish: { scope: Scope; expires_at: string; label: string }): Promise<NewShareLink> {
  return call('POST', `/api/v1/designs/${design}/links`, wish);
}

export function listLinks(design: string): Promise<readonly ShareLink[]> {
  return listAll(`/api/v1/designs/${design}/links`);
}

export function revokeLink(id: string): Promise<void> {
  return call('DELETE', `/api/v1/links/${id}`);
}

/** Hands the secret over for a cookie that opens this link alone. */
export function openShared(id: string, secret: string): Promise<unknown> {
  return call('POST', `/api/v1/shared/${id}/open`, { secret });
}

export function readShared(id: string): Promise<SharedDesign> {
  return call('GET', `/api/v1/shared/${id}`);
}
