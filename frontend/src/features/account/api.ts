import { create } from 'zustand';
import type { Me } from '../../api/types';
import { call } from '../call';

/** Who the page belongs to; null until it is known, a guest until somebody signs in. */
export const useAccount = create<{ readonly me: Me | null }>(() => ({ me: null }));

export async function refreshAccount(): Promise<void> {
  useAccount.setState({ me: await call<Me>('GET', '/api/v1/me') });
}

export async function signIn(username: string, password: string, isNew: boolean): Promise<void> {
  await call('POST', isNew ? '/api/v1/accounts' : '/api/v1/sessions', { username, password });
  await refreshAccount();
}

export async function signOut(): Promise<void> {
  await call('POST', '/api/v1/sessions/end');
  await refreshAccount();
}
