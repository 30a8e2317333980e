import { useState } from "react";
import { Labelled } from "./form.tsx";
import { useTexts } from "./provider.tsx";

interface PasswordFieldProps {
  readonly name: "password" | "currentPassword" | "newPassword";
  readonly label: string;
  readonly autoComplete: "current-password" | "new-password";
  readonly hint?: string;
  readonly problem: string | undefined;
  readonly autoFocus?: boolean;
}

export function PasswordField({ name, autoComplete, autoFocus = false, ...label }: PasswordFieldProps) {
  const { fields } = useTexts();
  const [shown, setShown] = useState(false);
  return (
    <Labelled {...label}>
      {(control) => (
        <div className="gatepost-password">
          <input
            {...control}
            className="gatepost-input"
            name={name}
            type={shown ? "text" : "password"}
            autoComplete={autoComplete}
            autoFocus={autoFocus}
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <button type="button" className="gatepost-reveal" onClick={() => setShown(!shown)}>
            {shown ? fields.hide : fields.show}
            <span className="gatepost-read-only-aloud">{fields.whatIsTyped}</span>
          </button>
        </div>
      )}
    </Labelled>
  );
}

/** Tells a password manager whose password this form is about. */
export function UsernameOf({ email }: { readonly email: string }) {
  return <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />;
}
