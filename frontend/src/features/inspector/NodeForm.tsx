import { useId, useState, type ReactNode } from 'react';
import { applyEdits, useDrawingState, useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import type { Edit } from '../../model/edits';
import { isInside, placeEdit } from '../../model/nesting';
import type { Node } from '../../model/types';
import { PathIcon } from '../../ui/Icon';
import { Arrange } from './Arrange';
import { Flows } from './Flows';
import styles from './inspector.module.css';
import { NumberInput } from './NumberInput';
import { ParamGroups } from './ParamGroups';
import { Row } from './Row';
import { TextInput } from './TextInput';
import { useProblem } from './useProblem';
import { common, type Problem } from './value';

interface Props {
  readonly nodes: readonly Node[];
  readonly disabled: boolean;
  /** What stands between the name and the params. */
  readonly figures?: ReactNode;
}

/** What one or several elements are made of. */
export function NodeForm({ nodes, disabled, figures }: Props) {
  const { t, of } = useI18n();
  const id = useId();
  const kinds = useKindsState((state) => state.kinds);
  const drawing = useDrawingState();
  const tell = useProblem();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [node] = nodes;
  if (!node) return null;
  const single = nodes.length === 1;
  const kind = kinds.node.get(node.kind);
  const found = nodes.map((each) => kinds.node.get(each.kind));
  const set = (members: Readonly<Record<string, unknown>>): void =>
    applyEdits(nodes.map((each): Edit => ({ type: 'set', in: 'nodes', id: each.id, members })));
  const counts = found.every((each) => each && !each.container && each.role !== 'client');
  const replicas = common(nodes.map((each) => each.replicas));
  const places = [...drawing.nodes.values()].filter(
    (each) => kinds.node.get(each.kind)?.container && nodes.every((own) => own.id !== each.id && !isInside(drawing.nodes, each.id, own.id)),
  );
  const parent = common(nodes.map((each) => each.parent));
  const spread = node.spread ?? [];
  const move = (into: string): void =>
    applyEdits(
      nodes.flatMap((each) => {
        const at = drawing.rects.get(each.id);
        return at ? [placeEdit(drawing.nodes, drawing.rects, each.id, at, into === '' ? null : into)] : [];
      }),
    );
  return (
    <>
      <header className={styles['head']}>
        {kind && single && (
          <span className={styles['glyph']}>
            <PathIcon path={kind.icon} size={22} />
          </span>
        )}
        <div>
          <h2>{single ? (node.name ?? node.id) : t('inspector.several', { count: nodes.length })}</h2>
          {single && kind && (
            <p>
              <strong>{of(kind.title)}</strong> {of(kind.summary)}
            </p>
          )}
        </div>
      </header>
      {figures}
      {!single && !disabled && <Arrange />}
      <div className={styles['basics']}>
        {single && (
          <Row id={`${id}-name`} title={t('inspector.name')} given={node.name !== undefined}>
            <TextInput
              id={`${id}-name`}
              value={node.name ?? ''}
              placeholder={node.id}
              disabled={disabled}
              onChange={(name) => set({ name: name === '' ? null : name })}
            />
          </Row>
        )}
        {counts && (
          <Row id={`${id}-replicas`} title={t('inspector.replicas')} given={replicas.value !== undefined} problem={problem ? tell(problem) : undefined}>
            <NumberInput
              id={`${id}-replicas`}
              param={{ type: 'integer', unit: '', default: 1, minimum: 1, maximum: 10_000 }}
              given={replicas}
              mixedText={t('inspector.mixed')}
              disabled={disabled}
              invalid={problem !== null}
              onProblem={setProblem}
              onChange={(count) => set({ replicas: count === 1 ? null : count })}
            />
          </Row>
        )}
        {places.length > 0 && (
          <Row id={`${id}-parent`} title={t('inspector.parent')} given={parent.value !== undefined}>
            <select id={`${id}-parent`} className={styles['select']} disabled={disabled} value={String(parent.value ?? '')} onChange={(event) => move(event.target.value)}>
              <option value="">{parent.mixed ? t('inspector.mixed') : t('inspector.parent.none')}</option>
              {places.map((place) => (
                <option key={place.id} value={place.id}>
                  {place.name ?? place.id}
                </option>
              ))}
            </select>
          </Row>
        )}
        {single && counts && places.length > 1 && (
          <Row id={`${id}-spread`} title={t('inspector.spread')} given={spread.length > 0}>
            <span className={styles['checks']} role="group" aria-label={t('inspector.spread')}>
              {places.map((place) => (
                <label key={place.id}>
                  <input
                    type="checkbox"
                    checked={spread.includes(place.id)}
                    disabled={disabled}
                    onChange={() => {
                      const next = spread.includes(place.id) ? spread.filter((each) => each !== place.id) : [...spread, place.id];
                      set({ spread: next.length > 0 ? next : null });
                    }}
                  />
                  {place.name ?? place.id}
                </label>
              ))}
            </span>
          </Row>
        )}
      </div>
      {single && kind?.role === 'client' && <Flows client={node.id} disabled={disabled} />}
      <ParamGroups
        key={nodes.map((each) => each.id).join()}
        lists={found.map((each) => each?.params ?? [])}
        given={nodes.map((each) => each.params)}
        disabled={disabled}
        onChange={(name, value) => applyEdits(nodes.map((each): Edit => ({ type: 'param', in: 'nodes', id: each.id, name, value })))}
      />
      {single && (
        <Row id={`${id}-notes`} title={t('inspector.notes')} given={node.notes !== undefined}>
          <TextInput
            id={`${id}-notes`}
            value={node.notes ?? ''}
            placeholder=""
            lines={3}
            disabled={disabled}
            onChange={(notes) => set({ notes: notes === '' ? null : notes })}
          />
        </Row>
      )}
    </>
  );
}
