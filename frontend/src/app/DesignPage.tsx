import { useEffect, useState } from 'react';
import { openDesign, setCatalogue } from '../editor/drawing';
import { ApiProblem } from '../features/call';
import { follow, leave } from '../features/runs/current';
import { useI18n } from '../i18n/useI18n';
import { Editor } from './Editor';
import { loadCatalogue, loadDesign } from './loading';
import { Message } from './Message';

const AGAIN_MS = 3000;

/** One's own design; with a run in the address one is back in it. */
export function DesignPage({ design, run }: { readonly design: string; readonly run: string | null }) {
  const { t } = useI18n();
  const [state, setState] = useState<'loading' | 'open' | 'lost' | 'offline'>('loading');
  useEffect(() => {
    let gone = false;
    let close: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const [catalogue, found] = await Promise.all([loadCatalogue(), loadDesign(design)]);
      if (gone) return;
      setCatalogue(catalogue);
      close = openDesign(design, found.scope === 'own' ? 'edit' : found.scope, found.topology);
      if (run) follow(run);
      setState('open');
    };
    const tryLoading = (): void => {
      load().catch((error: unknown) => {
        if (gone) return;
        const lost = error instanceof ApiProblem && (error.status === 404 || error.status === 403);
        setState(lost ? 'lost' : 'offline');
        if (!lost) timer = setTimeout(tryLoading, AGAIN_MS);
      });
    };
    tryLoading();
    return () => {
      gone = true;
      clearTimeout(timer);
      leave();
      close?.();
    };
  }, [design, run]);
  if (state === 'open') return <Editor />;
  return <Message text={t(state === 'loading' ? 'app.loading' : state === 'lost' ? 'app.not_found' : 'app.offline')} home={state === 'lost'} />;
}
