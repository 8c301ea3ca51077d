import { useId, useState } from 'react';
import { applyEdits, useDrawingState, useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import { freshId } from '../../model/ids';
import type { Flow } from '../../model/types';
import { Button, IconButton } from '../../ui/Button';
import styles from './inspector.module.css';
import { MapInput } from './MapInput';
import { NumberInput } from './NumberInput';
import { ParamField } from './ParamField';
import { Recording } from './Recording';
import { Row } from './Row';
import { useProblem } from './useProblem';
import { withMember, type Problem } from './value';

const FIRST = { rate_rps: 100, mix: { read: 1 } } as const;
const RATE = { type: 'number', unit: 'rps', default: null, minimum: 0, maximum: 1e9 } as const;

/** The traffic that a client sends. */
export function Flows({ client, disabled }: { readonly client: string; readonly disabled: boolean }) {
  const { t } = useI18n();
  const flows = useDrawingState((state) => state.flows);
  const own = [...flows.values()].filter(({ source }) => source === client);
  return (
    <section className={styles['flows']} aria-label={t('inspector.flows')}>
      <h3>{t('inspector.flows')}</h3>
      {own.length === 0 && <p className={styles['empty']}>{t('inspector.flow.empty')}</p>}
      {own.map((flow) => (
        <FlowForm key={flow.id} flow={flow} disabled={disabled} />
      ))}
      {!disabled && (
        <Button
          size="small"
          icon="add"
          onClick={() => applyEdits([{ type: 'set', in: 'flows', id: freshId('requests', flows), members: { source: client, ...FIRST } }])}
        >
          {t('inspector.flow.add')}
        </Button>
      )}
    </section>
  );
}

function FlowForm({ flow, disabled }: { readonly flow: Flow; readonly disabled: boolean }) {
  const { t, of, locale } = useI18n();
  const id = useId();
  const tell = useProblem();
  const { catalogue } = useKindsState((state) => state.kinds);
  const nodes = useDrawingState((state) => state.nodes);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [records, setRecords] = useState(false);
  const set = (members: Readonly<Record<string, unknown>>): void => applyEdits([{ type: 'set', in: 'flows', id: flow.id, members }]);
  const shape = flow.shape ?? {};
  // A recording is chosen before there is one: the document holds it only when it was read.
  const shapeKind = records ? 'trace' : typeof shape['kind'] === 'string' ? shape['kind'] : 'steady';
  const shapeOf = catalogue.shapes.find((each) => each.id === shapeKind);
  const regions = [...nodes.values()].filter(({ kind }) => kind === 'region').map(({ id: region, name }) => ({ id: region, title: name ?? region }));
  const off = (shares: Readonly<Record<string, number>> | undefined): string | undefined => {
    const values = Object.values(shares ?? {});
    const sum = values.reduce((all, share) => all + share, 0);
    if (values.length === 0 || Math.abs(sum - 1) < 1e-6) return undefined;
    return t('inspector.flow.sum', { sum: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(sum) });
  };
  const name = flow.name ?? flow.id;
  return (
    <div className={styles['flow']} role="group" aria-label={t('inspector.flow.title', { name })}>
      <div className={styles['flowhead']}>
        <strong>{name}</strong>
        {!disabled && (
          <IconButton icon="trash" label={`${t('inspector.flow.remove')}: ${name}`} onClick={() => applyEdits([{ type: 'remove', in: 'flows', id: flow.id }])} />
        )}
      </div>
      <Row id={`${id}-rate`} title={t('inspector.flow.rate')} given problem={problem ? tell(problem) : undefined}>
        <NumberInput
          id={`${id}-rate`}
          param={RATE}
          given={{ value: flow.rate_rps, mixed: false }}
          mixedText=""
          disabled={disabled}
          invalid={problem !== null}
          onProblem={setProblem}
          onChange={(rate) => typeof rate === 'number' && set({ rate_rps: rate })}
        />
      </Row>
      <Row id={`${id}-mix`} title={t('inspector.flow.mix')} given problem={off(flow.mix)}>
        <MapInput
          label={t('inspector.flow.mix')}
          value={flow.mix ?? {}}
          unit=""
          maximum={1}
          disabled={disabled}
          suggestions={catalogue.operations.map((each) => ({ id: each.id, title: of(each.title) }))}
          onChange={(mix) => set({ mix: Object.keys(mix).length > 0 ? mix : null })}
        />
      </Row>
      {(regions.length > 0 || flow.regions) && (
        <Row id={`${id}-regions`} title={t('inspector.flow.regions')} given problem={off(flow.regions)}>
          <MapInput
            label={t('inspector.flow.regions')}
            value={flow.regions ?? {}}
            unit=""
            maximum={1}
            disabled={disabled}
            suggestions={regions}
            onChange={(shares) => set({ regions: Object.keys(shares).length > 0 ? shares : null })}
          />
        </Row>
      )}
      <Row id={`${id}-shape`} title={t('inspector.flow.shape')} given={flow.shape !== undefined}>
        <select
          id={`${id}-shape`}
          className={styles['select']}
          disabled={disabled}
          value={shapeKind}
          onChange={(event) => {
            setRecords(event.target.value === 'trace');
            if (event.target.value !== 'trace') set({ shape: event.target.value === 'steady' ? null : { kind: event.target.value } });
          }}
        >
          {catalogue.shapes.map((each) => (
            <option key={each.id} value={each.id}>
              {of(each.title)}
            </option>
          ))}
        </select>
      </Row>
      {shapeKind === 'trace' && <Recording shape={shape} disabled={disabled} onRead={(recorded, rate) => set({ shape: recorded, rate_rps: rate })} />}
      {shapeKind !== 'trace' &&
        shapeOf?.params.map((param) => (
          <ParamField
            key={`${shapeKind}-${param.name}`}
            param={param}
            given={{ value: shape[param.name], mixed: false }}
            disabled={disabled}
            onChange={(value) => set({ shape: withMember(shape, param.name, value) })}
          />
        ))}
      <Row id={`${id}-arrivals`} title={t('inspector.flow.arrivals')} given={flow.arrivals !== undefined}>
        <select
          id={`${id}-arrivals`}
          className={styles['select']}
          disabled={disabled}
          value={flow.arrivals ?? 'poisson'}
          onChange={(event) => set({ arrivals: event.target.value === 'poisson' ? null : event.target.value })}
        >
          {catalogue.arrivals.map((each) => (
            <option key={each.id} value={each.id}>
              {of(each.title)}
            </option>
          ))}
        </select>
      </Row>
    </div>
  );
}
