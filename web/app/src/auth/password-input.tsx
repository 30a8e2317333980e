import { useState } from "react";
import type { FieldControl } from "../controls/field.tsx";

interface PasswordInputProps {
  readonly control: FieldControl;
  readonly autoComplete: "current-password" | "new-password";
}

export function PasswordInput({ control, autoComplete }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="auth-password">
      <input
        {...control}
        className="input"
        name="password"
        type={shown ? "text" : "password"}
        autoComplete={autoComplete}
        required
      />
      <button type="button" className="auth-reveal" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? "Hide" : "Show"}
        <span className="visually-hidden"> what is typed</span>
      </button>
    </div>
  );
}
