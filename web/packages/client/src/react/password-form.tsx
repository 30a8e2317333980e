import { useRef } from "react";
import type { User } from "../session.ts";
import { newPasswordProblem, PASSWORD_LENGTH } from "./checks.ts";
import { Form } from "./form.tsx";
import { PasswordField, UsernameOf } from "./password-field.tsx";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

export function PasswordForm({ user }: { readonly user: User }) {
  const { gatepost, texts } = useSurroundings();
  const { account: words, fields, checks } = texts;
  const others = useRef<HTMLInputElement>(null);
  const attempt = useAttempt();
  const form = useForm({
    names: ["currentPassword", "newPassword"],
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: currentPassword ? undefined : checks.noPassword,
      newPassword:
        newPassword && newPassword === currentPassword ? words.passwordSame : newPasswordProblem(newPassword, checks),
    }),
    submit: async (passwords) => {
      const change = { ...passwords, revokeOtherSessions: others.current?.checked ?? true };
      const { refused } = await attempt((listener) => gatepost.auth.changePassword(change, listener));
      // The server may have put another session in the place of the one at hand.
      if (!refused) await gatepost.session.check();
      return refused;
    },
  });
  return (
    <Form
      form={form}
      action={words.changePassword}
      busy={words.changingPassword}
      done={words.passwordChanged}
      tone="plain"
      label={words.passwordTitle}
    >
      <UsernameOf email={user.email} />
      <PasswordField
        name="currentPassword"
        label={fields.currentPassword}
        autoComplete="current-password"
        problem={form.problems.currentPassword}
      />
      <PasswordField
        name="newPassword"
        label={fields.newPassword}
        autoComplete="new-password"
        hint={fields.passwordHint(PASSWORD_LENGTH.shortest)}
        problem={form.problems.newPassword}
      />
      <label className="gatepost-choice">
        <input ref={others} type="checkbox" defaultChecked />
        {words.signOutOthers}
      </label>
    </Form>
  );
}
