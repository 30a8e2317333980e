import type { User } from "../session.ts";
import { Form, TextField } from "./form.tsx";
import { useSurroundings } from "./provider.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useForm } from "./use-form.ts";

export function NameForm({ user }: { readonly user: User }) {
  const { gatepost, texts } = useSurroundings();
  const { account: words, fields, checks } = texts;
  const attempt = useAttempt();
  const form = useForm({
    names: ["name"],
    check: ({ name }) => ({ name: name ? undefined : checks.noName }),
    submit: async ({ name }) => (await attempt((listener) => gatepost.auth.updateUser({ name }, listener))).refused,
  });
  return (
    <Form
      form={form}
      action={words.saveName}
      busy={words.savingName}
      done={words.nameSaved}
      tone="plain"
      label={words.nameTitle}
    >
      <TextField
        name="name"
        label={fields.name}
        autoComplete="name"
        defaultValue={user.name}
        problem={form.problems.name}
      />
    </Form>
  );
}
