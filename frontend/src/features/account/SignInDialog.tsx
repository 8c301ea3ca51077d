import { useId, useState, type FormEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { signIn } from './api';
import words from '../../ui/words.module.css';
import styles from './account.module.css';

/** Signing in, or making an account: one form, one switch. */
export function SignInDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const id = useId();
  const [isNew, setIsNew] = useState(false);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    signIn(name.trim(), password, isNew).then(
      () => {
        onClose();
        // What the page shows belongs to whoever it was before.
        window.location.reload();
      },
      (error: Error) => {
        setProblem(error.message);
        setBusy(false);
      },
    );
  };
  return (
    <Dialog title={t(isNew ? 'account.sign_up' : 'account.sign_in')} onClose={onClose}>
      <form className={styles['form']} onSubmit={submit}>
        <p className={words['quiet']}>{t('account.why')}</p>
        <label htmlFor={`${id}-name`}>{t('account.name')}</label>
        <input id={`${id}-name`} autoFocus required maxLength={150} autoComplete="username" value={name} onChange={(event) => setName(event.target.value)} />
        <label htmlFor={`${id}-password`}>{t('account.password')}</label>
        <input
          id={`${id}-password`}
          type="password"
          required
          maxLength={1000}
          autoComplete={isNew ? 'new-password' : 'current-password'}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {problem && (
          <p className={styles['problem']} role="alert">
            {problem}
          </p>
        )}
        <div className={styles['actions']}>
          <Button variant="ghost" onClick={() => setIsNew(!isNew)}>
            {t(isNew ? 'account.have' : 'account.have_not')}
          </Button>
          <Button type="submit" variant="primary" disabled={busy || name.trim() === '' || password === ''}>
            {t(isNew ? 'account.sign_up' : 'account.sign_in')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
