import { useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useDrawing } from '../drawing';
import { readScenario, type Scenario } from './scenario';
import { ScenarioForm } from './ScenarioForm';
import { ThresholdsField } from './ThresholdsField';
import { useStart } from './useStart';
import styles from './Scenario.module.css';

/** What the next run does: edited here, kept in the document. */
export function ScenarioDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const { topology, change } = useDrawing();
  const [scenario, setScenario] = useState<Scenario>(() => readScenario(topology.scenario));
  const [thresholds, setThresholds] = useState<readonly string[]>(topology.thresholds ?? []);
  const start = useStart();
  const keep = (): void => {
    const members: Record<string, unknown> = {};
    if (JSON.stringify(scenario) !== JSON.stringify(readScenario(topology.scenario))) members['scenario'] = scenario;
    if (JSON.stringify(thresholds) !== JSON.stringify(topology.thresholds ?? [])) members['thresholds'] = thresholds;
    if (Object.keys(members).length > 0) change([{ type: 'meta', members }]);
  };
  const close = (): void => {
    keep();
    onClose();
  };
  return (
    <Dialog title={t('runs.scenario')} size="large" onClose={close}>
      <ScenarioForm scenario={scenario} onChange={setScenario} />
      <ThresholdsField thresholds={thresholds} onChange={setThresholds} />
      <div className={styles['foot']}>
        <Button onClick={close}>{t('runs.scenario.keep')}</Button>
        <Button
          variant="primary"
          icon="play"
          disabled={start.busy}
          onClick={() => {
            close();
            void start.run(scenario);
          }}
        >
          {t('runs.run')}
        </Button>
      </div>
    </Dialog>
  );
}
