import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button, IconButton } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { useCurrentRun } from './current';
import { ScenarioDialog } from './ScenarioDialog';
import { useAct } from './useAct';
import { useStart } from './useStart';
import styles from './RunButton.module.css';

/** Starts a run, or stops the one that goes on, from anywhere: a shortcut, a menu, the palette. */
export const RUN_EVENT = 'linchpin:run';

/** Starts a live run of the drawing; beside it, what the run shall do. Not there for who may not run. */
export function RunButton() {
  const { t } = useI18n();
  const { mayRun, readOnly } = useDrawing();
  const running = useCurrentRun((state) => state.status !== null && ['queued', 'running', 'paused'].includes(state.status.state));
  const start = useStart();
  const [editing, setEditing] = useState(false);
  const { run, busy } = start;
  const perform = useAct();
  useEffect(() => {
    if (!mayRun || busy) return undefined;
    const toggle = (): void => (running ? perform({ action: 'stop' }) : void run());
    window.addEventListener(RUN_EVENT, toggle);
    return () => window.removeEventListener(RUN_EVENT, toggle);
  }, [mayRun, busy, running, run, perform]);
  if (!mayRun) return null;
  return (
    <span className={styles['launch']}>
      {!readOnly && <IconButton icon="sliders" label={t('runs.scenario')} onClick={() => setEditing(true)} />}
      {!running && (
        <Button variant="primary" icon="play" disabled={busy} onClick={() => void run()}>
          {t(busy ? 'runs.starting' : 'runs.run')}
        </Button>
      )}
      {editing && <ScenarioDialog onClose={() => setEditing(false)} />}
    </span>
  );
}
