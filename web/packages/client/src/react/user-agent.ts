/** What a user agent says of itself, in words; undefined where it says nothing that is known. */
export interface Device {
  readonly browser: string | undefined;
  readonly system: string | undefined;
}

type Sign = readonly [name: string, sign: RegExp];

// Nearly all of them call themselves Safari, and many Chrome: who says something of their own comes first.
const BROWSERS: readonly Sign[] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\/|\bOpera\b/],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Vivaldi", /\bVivaldi\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ["Safari", /\bVersion\/[\d.]+.*\bSafari\//],
  ["curl", /^curl\//],
];

const SYSTEMS: readonly Sign[] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b|\bMacintosh\b/],
  ["Linux", /\bLinux\b|\bX11\b/],
];

export function deviceOf(userAgent: string | null | undefined): Device {
  const named = (signs: readonly Sign[]) => signs.find(([, sign]) => sign.test(userAgent ?? ""))?.[0];
  return { browser: named(BROWSERS), system: named(SYSTEMS) };
}
