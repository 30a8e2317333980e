import { useState } from "react";
import type { User } from "../session.ts";
import { Form, TextField } from "./form.tsx";
import { PasswordField, UsernameOf } from "./password-field.tsx";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

/** Better Auth's words where it has mailed a link, rather than deleted the account. */
const MAILED = "Verification email sent";

export function DeleteAccount({ user }: { readonly user: User }) {
  const [wanted, setWanted] = useState(false);
  const { account: words } = useSurroundings().texts;
  return (
    <>
      <p className="gatepost-text">{words.deleteWarning}</p>
      {wanted ? (
        <DeletionForm user={user} onCancel={() => setWanted(false)} />
      ) : (
        <button type="button" className="gatepost-button" onClick={() => setWanted(true)}>
          {words.beginDeletion}
        </button>
      )}
    </>
  );
}

interface DeletionFormProps {
  readonly user: User;
  readonly onCancel: () => void;
}

function DeletionForm({ user, onCancel }: DeletionFormProps) {
  const { texts } = useSurroundings();
  const { account: words, fields, checks } = texts;
  const submit = useDeletion();
  const form = useForm({
    names: ["password", "confirmation"],
    check: ({ password, confirmation }) => ({
      password: password ? undefined : checks.noPassword,
      confirmation: confirmation.toLowerCase() === user.email.toLowerCase() ? undefined : words.confirmationWrong,
    }),
    submit,
  });
  return (
    <Form
      form={form}
      action={words.deleteAccount}
      busy={words.deletingAccount}
      done={words.deletionMailed}
      tone="danger"
      label={words.deleteTitle}
      onCancel={onCancel}
    >
      <UsernameOf email={user.email} />
      <PasswordField
        name="password"
        label={fields.password}
        autoComplete="current-password"
        autoFocus
        problem={form.problems.password}
      />
      <TextField
        name="confirmation"
        label={words.confirmation(user.email)}
        autoComplete="off"
        problem={form.problems.confirmation}
      />
    </Form>
  );
}

function useDeletion() {
  const { gatepost, paths, navigate } = useSurroundings();
  const attempt = useAttempt();
  return async ({ password }: { readonly password: string }) => {
    const request = { password, callbackURL: paths.accountDeleted };
    const { data, refused } = await attempt((listener) => gatepost.auth.deleteUser(request, listener));
    if (data && data.message !== MAILED) navigate(paths.accountDeleted, { replace: true });
    return refused;
  };
}
