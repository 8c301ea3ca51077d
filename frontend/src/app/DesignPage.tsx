import { useEffect, useState } from 'react';
import { openDesign, setCatalogue } from '../editor/drawing';
import { ApiProblem, untilAnswered } from '../features/call';
import { follow, leave } from '../features/runs/current';
import { useI18n } from '../i18n/useI18n';
import { Message } from '../ui/Message';
import { Editor } from './Editor';
import { loadCatalogue, loadDesign } from './loading';

/** One's own design; with a run in the address one is back in it. */
export function DesignPage({ design, run }: { readonly design: string; readonly run: string | null }) {
  const { t } = useI18n();
  const [state, setState] = useState<'loading' | 'open' | 'lost' | 'offline'>('loading');
  useEffect(() => {
    let close: (() => void) | null = null;
    const giveUp = untilAnswered(
      () => Promise.all([loadCatalogue(), loadDesign(design)]),
      ([catalogue, found]) => {
        setCatalogue(catalogue);
        close = openDesign(design, found.scope === 'own' ? 'edit' : found.scope, found.topology);
        if (run) follow(run);
        setState('open');
      },
      (error) => {
        const lost = error instanceof ApiProblem && (error.status === 404 || error.status === 403);
        setState(lost ? 'lost' : 'offline');
        return !lost;
      },
    );
    return () => {
      giveUp();
      leave();
      close?.();
    };
  }, [design, run]);
  if (state === 'open') return <Editor />;
  if (state === 'lost') return <Message title={t('app.not_found')} text={t('app.not_found.help')} home />;
  return <Message text={t(state === 'loading' ? 'app.loading' : 'app.offline')} />;
}
