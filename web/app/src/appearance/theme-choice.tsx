import { Segments } from "../controls/segments.tsx";
import { chooseTheme, useTheme, type Theme } from "./theme.ts";

const THEMES: Readonly<Record<Theme, string>> = { system: "System", light: "Light", dark: "Dark" };

interface ThemeChoiceProps {
  readonly legend: string;
  readonly legendHidden?: boolean;
}

export function ThemeChoice(words: ThemeChoiceProps) {
  return <Segments {...words} options={THEMES} value={useTheme()} onChoose={chooseTheme} />;
}
