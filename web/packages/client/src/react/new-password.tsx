import { useEffect, useRef } from "react";
import { forgetParameters, useQuery } from "./address.ts";
import { newPasswordProblem, PASSWORD_LENGTH } from "./checks.ts";
import { Form } from "./form.tsx";
import { Link } from "./link.tsx";
import { PasswordField } from "./password-field.tsx";
import { useSurroundings } from "./provider.tsx";
import { refusedWith } from "./refusals.ts";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

interface ResetLink {
  readonly token: string | null;
  readonly error: string | null;
}

/** Where the link of a forgotten password leads. Its token is a secret, and leaves the address at once. */
export function NewPassword() {
  const query = useQuery();
  // Not in the state: developer tools and error reports show that.
  const link = useRef<ResetLink>(null);
  if (query && !link.current) link.current = { token: query.get("token"), error: query.get("error") };
  const arrived = query !== null;
  useEffect(() => {
    if (arrived) forgetParameters("token", "error");
  }, [arrived]);

  if (!link.current) return null;
  const { token, error } = link.current;
  return token && !error ? <NewPasswordForm token={token} /> : <NoLink error={error} />;
}

function NewPasswordForm({ token }: { readonly token: string }) {
  const { gatepost, texts, paths } = useSurroundings();
  const { newPassword: words, fields, checks } = texts;
  const attempt = useAttempt();
  const form = useForm({
    names: ["newPassword"],
    check: ({ newPassword }) => ({ newPassword: newPasswordProblem(newPassword, checks) }),
    submit: async ({ newPassword }) => {
      const reset = { newPassword, token };
      const { refused } = await attempt((listener) => gatepost.auth.resetPassword(reset, listener));
      // It has ended every session of that person; this page may have had one.
      if (!refused) void gatepost.session.check();
      return refused;
    },
  });

  if (form.done) {
    return (
      <div className="gatepost">
        <p ref={focusOn} className="gatepost-done" tabIndex={-1}>
          {words.done}
        </p>
        <div className="gatepost-elsewhere">
          <Link to={paths.signIn}>{words.signIn}</Link>
        </div>
      </div>
    );
  }
  return (
    <div className="gatepost">
      <Form form={form} action={words.action} busy={words.busy}>
        <PasswordField
          name="newPassword"
          label={fields.newPassword}
          autoComplete="new-password"
          hint={fields.passwordHint(PASSWORD_LENGTH.shortest)}
          problem={form.problems.newPassword}
        />
      </Form>
      {form.refused && <AskAgain />}
    </div>
  );
}

/** What had the focus went away; whoever listens goes on reading here. */
const focusOn = (element: HTMLElement | null): void => element?.focus();

function NoLink({ error }: { readonly error: string | null }) {
  const { texts } = useSurroundings();
  const words = error ? refusedWith({ status: 400, code: error }, texts.refusals).sentence : texts.newPassword.noLink;
  return (
    <div className="gatepost">
      <p className={error ? "gatepost-refusal" : "gatepost-text"} role={error ? "alert" : undefined}>
        {words}
      </p>
      <AskAgain />
    </div>
  );
}

function AskAgain() {
  const { texts, paths } = useSurroundings();
  return (
    <div className="gatepost-elsewhere">
      <Link to={paths.forgottenPassword}>{texts.newPassword.askAgain}</Link>
    </div>
  );
}
