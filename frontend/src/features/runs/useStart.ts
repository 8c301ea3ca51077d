import { useCallback, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { useNotices } from '../../ui/Notices';
import { useDrawing, whenSaved } from '../drawing';
import { startRun } from './api';
import { follow } from './current';
import { readScenario, runnable, type Scenario } from './scenario';

export interface Start {
  readonly busy: boolean;
  readonly run: (scenario?: Scenario) => Promise<void>;
}

/** Starts a live run of the drawing and follows it; says why when it cannot. */
export function useStart(): Start {
  const { t } = useI18n();
  const { topology, designId } = useDrawing();
  const show = useNotices((state) => state.show);
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (scenario?: Scenario): Promise<void> => {
      if ((topology.flows ?? []).length === 0) {
        show('info', t('runs.no_flows'));
        return;
      }
      setBusy(true);
      try {
        // A run of the stored design is seen by everyone it is shared with; what is not saved yet runs by itself.
        const saved = designId !== null && (await whenSaved());
        const started = await startRun({
          subject: saved ? { design: designId } : { topology },
          scenario: runnable(scenario ?? readScenario(topology.scenario)),
          speed: 1,
        });
        follow(started.id);
      } catch (error) {
        show('error', t('runs.failed', { reason: error instanceof Error ? error.message : String(error) }));
      } finally {
        setBusy(false);
      }
    },
    [topology, designId, show, t],
  );
  return { busy, run };
}
