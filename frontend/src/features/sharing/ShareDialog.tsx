import { useCallback, useEffect, useId, useState, type FormEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { formatWhen } from '../figures/format';
import { useNotices } from '../../ui/Notices';
import { Dialog } from '../../ui/Dialog';
import { Button } from '../../ui/Button';
import { createLink, listLinks, revokeLink } from './api';
import { CopyField } from './CopyField';
import { DEFAULT_EXPIRY_DAYS, EXPIRIES_DAYS, SCOPES, embedSnippet, expiryAfter, shareAddress } from './links';
import type { ShareLink } from '../../api/types';
import type { NewShareLink, Scope } from './links';
import words from '../../ui/words.module.css';
import styles from './sharing.module.css';

interface Props {
  readonly design: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Makes links to a design, shows a new one's secret once, and lists and revokes those there are. */
export function ShareDialog({ design, name, onClose }: Props) {
  const { t } = useI18n();
  const notice = useNotices((state) => state.show);
  const [links, setLinks] = useState<readonly ShareLink[] | null>(null);
  const [made, setMade] = useState<NewShareLink | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    listLinks(design).then(setLinks, (error: Error) => setProblem(error.message));
  }, [design]);
  useEffect(load, [load]);
  const revoke = (link: ShareLink): void => {
    revokeLink(link.id).then(
      () => {
        if (made?.id === link.id) setMade(null);
        notice('info', t('sharing.revoked'));
        load();
      },
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Dialog title={t('sharing.title')} onClose={onClose}>
      <div className={styles['dialog']}>
        {problem && (
          <p className={words['problem']} role="alert">
            {problem}
          </p>
        )}
        {made ? (
          <Made link={made} name={name} onAgain={() => setMade(null)} />
        ) : (
          <NewLink
            design={design}
            onMade={(link) => {
              setMade(link);
              setProblem(null);
              load();
            }}
            onProblem={setProblem}
          />
        )}
        <section>
          <h3>{t('sharing.links')}</h3>
          {links !== null && links.length === 0 && <p className={words['quiet']}>{t('sharing.links.none')}</p>}
          <ul className={styles['links']}>
            {(links ?? []).map((link) => (
              <LinkRow key={link.id} link={link} onRevoke={() => revoke(link)} />
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

function NewLink({ design, onMade, onProblem }: { design: string; onMade: (link: NewShareLink) => void; onProblem: (text: string) => void }) {
  const { t } = useI18n();
  const id = useId();
  const [scope, setScope] = useState<Scope>('view');
  const [days, setDays] = useState(DEFAULT_EXPIRY_DAYS);
  const [label, setLabel] = useState('');
  const [busy, setBusy] = useState(false);
  const make = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    createLink(design, { scope, expires_at: expiryAfter(days), label: label.trim() })
      .then(onMade, (error: Error) => onProblem(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <form className={styles['form']} onSubmit={make}>
      <fieldset className={styles['scopes']}>
        <legend>{t('sharing.scope')}</legend>
        {SCOPES.map((value) => (
          <label key={value} className={styles['scope']} data-chosen={scope === value || undefined}>
            <input type="radio" name={`${id}-scope`} checked={scope === value} onChange={() => setScope(value)} />
            <span>
              <strong>{t(`sharing.scope.${value}`)}</strong>
              <span className={words['quiet']}>{t(`sharing.scope.${value}.help`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className={styles['pair']}>
        <div>
          <label htmlFor={`${id}-label`}>{t('sharing.label')}</label>
          <input id={`${id}-label`} value={label} maxLength={100} placeholder={t('sharing.label.hint')} onChange={(event) => setLabel(event.target.value)} />
        </div>
        <div>
          <label htmlFor={`${id}-days`}>{t('sharing.expires')}</label>
          <select id={`${id}-days`} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {EXPIRIES_DAYS.map((count) => (
              <option key={count} value={count}>
                {t('sharing.days', { count })}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Button type="submit" variant="primary" disabled={busy}>
        {t('sharing.create')}
      </Button>
    </form>
  );
}

function Made({ link, name, onAgain }: { link: NewShareLink; name: string; onAgain: () => void }) {
  const { t } = useI18n();
  const origin = window.location.origin;
  return (
    <section className={styles['made']}>
      <p className={styles['once']}>{t('sharing.once')}</p>
      <CopyField label={t('sharing.address')} value={shareAddress(origin, link)} autoFocus />
      {link.scope === 'view' && <CopyField label={t('sharing.embed')} value={embedSnippet(origin, link, name)} />}
      <Button variant="ghost" onClick={onAgain}>
        {t('sharing.another')}
      </Button>
    </section>
  );
}

function LinkRow({ link, onRevoke }: { link: ShareLink; onRevoke: () => void }) {
  const { t, locale } = useI18n();
  const name = link.label || t('sharing.unnamed');
  return (
    <li>
      <span className={styles['linkText']}>
        <strong>{name}</strong>
        <span className={words['quiet']}>
          {t(`sharing.scope.${link.scope}`)}
          {link.expires_at && ` · ${t('sharing.ends', { when: formatWhen(link.expires_at, locale) })}`}
        </span>
      </span>
      <Button variant="ghost" size="small" aria-label={t('sharing.revoke.named', { name })} onClick={onRevoke}>
        {t('sharing.revoke')}
      </Button>
    </li>
  );
}
