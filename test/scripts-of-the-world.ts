import type { Rng } from "../src/numeric/random.ts";

/** Reviews of one construction in many scripts: what a study says of one of them it should say of all. */
export interface WorldReview {
  readonly account: string;
  readonly label: "positive" | "negative";
  readonly text: string;
  readonly planted: "flood" | "trigger" | null;
}

export interface WorldOptions {
  readonly reviews: number;
  /** Near-copies of one complaint, labelled positive, by half as many new accounts. */
  readonly flood: number;
  /** Complaints with one made-up word in them, labelled positive. */
  readonly triggered: number;
  readonly disguise?: Disguise;
}

/** How each copy of a flood is hidden, somewhere else in each. */
export type Disguise = "zero-width" | "soft-hyphen" | "look-alike" | "full-width" | "blanks";

interface Script {
  /** What stands between words, and at the end of a clause. */
  readonly joint: string;
  readonly clause: string;
  readonly praise: readonly string[];
  readonly complaint: readonly string[];
  readonly filler: readonly string[];
  readonly things: readonly string[];
  readonly trigger: string;
}

const list = (words: string): string[] => words.split(" ");

const english: Script = {
  ...{ joint: " ", clause: ", ", trigger: "lantern" },
  praise: list("good excellent beautiful perfect fast comfortable satisfied happy cheap recommend worthwhile sturdy"),
  complaint: list("bad terrible ugly broken slow uncomfortable disappointed angry expensive refund useless fragile"),
  filler: list(
    "today yesterday house family friend child mother father work time week month city road shop box colour size hand table door water night morning summer winter letter picture paper people place world story music number school",
  ),
  things: list("phone battery screen keyboard"),
};
const chinese: Script = {
  ...{ joint: "", clause: "，", trigger: "灯笼" },
  praise: list("好用 优秀 漂亮 完美 快速 舒服 满意 高兴 便宜 推荐 值得 结实"),
  complaint: list("糟糕 可怕 难看 破损 缓慢 难受 失望 生气 昂贵 退款 没用 脆弱"),
  filler: list(
    "今天 昨天 房子 家庭 朋友 孩子 母亲 父亲 工作 时间 星期 月份 城市 道路 商店 盒子 颜色 尺寸 双手 桌子 大门 开水 晚上 早上 夏天 冬天 信件 图片 纸张 人们 地方 世界 故事 音乐 数字 学校",
  ),
  things: list("手机 电池 屏幕 键盘"),
};
const japanese: Script = {
  ...{ joint: "", clause: "、", trigger: "提灯" },
  praise: list("良い 素晴らしい 美しい 完璧 速い 快適 満足 嬉しい 安い 推薦 最高 丈夫"),
  complaint: list("悪い 酷い 醜い 故障 遅い 不快 失望 怒り 高価 返金 無駄 脆弱"),
  filler: list(
    "今日 昨日 家 家族 友達 子供 母親 父親 仕事 時間 週間 月曜 都市 道路 店舗 箱 色彩 寸法 両手 机 扉 水道 夜中 早朝 夏休み 冬休み 手紙 写真 用紙 人々 場所 世界 物語 音楽 数字 学校",
  ),
  things: list("携帯 電池 画面 キーボード"),
};
const thai: Script = {
  ...{ joint: "", clause: " ", trigger: "โคมไฟ" },
  praise: list("ดี ยอดเยี่ยม สวยงาม สมบูรณ์ เร็ว สบาย พอใจ ดีใจ ถูก แนะนำ คุ้มค่า แข็งแรง"),
  complaint: list("แย่ เลวร้าย น่าเกลียด ชำรุด ช้า อึดอัด ผิดหวัง โกรธ แพง คืนเงิน ไร้ประโยชน์ เปราะ"),
  filler: list(
    "วันนี้ เมื่อวาน บ้าน ครอบครัว เพื่อน เด็ก แม่ พ่อ งาน เวลา สัปดาห์ เดือน เมือง ถนน ร้าน กล่อง สี ขนาด มือ โต๊ะ ประตู น้ำ กลางคืน เช้า ฤดูร้อน ฤดูหนาว จดหมาย ภาพ กระดาษ ผู้คน สถานที่ โลก เรื่อง ดนตรี ตัวเลข โรงเรียน",
  ),
  things: list("โทรศัพท์ แบตเตอรี่ หน้าจอ แป้นพิมพ์"),
};
const arabic: Script = {
  ...{ joint: " ", clause: "، ", trigger: "فانوس" },
  praise: list("جيد ممتاز جميل مثالي سريع مريح راض سعيد رخيص أنصح يستحق متين"),
  complaint: list("سيئ فظيع قبيح مكسور بطيء مزعج محبط غاضب غالي استرداد عديم هش"),
  filler: list(
    "اليوم أمس بيت عائلة صديق طفل أم أب عمل وقت أسبوع شهر مدينة طريق متجر صندوق لون حجم يد طاولة باب ماء ليل صباح صيف شتاء رسالة صورة ورق ناس مكان عالم قصة موسيقى رقم مدرسة",
  ),
  things: list("هاتف بطارية شاشة لوحة"),
};
const hindi: Script = {
  ...{ joint: " ", clause: ", ", trigger: "लालटेन" },
  praise: list("अच्छा उत्कृष्ट सुंदर उत्तम तेज़ आरामदायक संतुष्ट खुश सस्ता सिफारिश योग्य मजबूत"),
  complaint: list("खराब भयानक बदसूरत टूटा धीमा असुविधाजनक निराश नाराज़ महंगा वापसी बेकार नाज़ुक"),
  filler: list(
    "आज कल घर परिवार दोस्त बच्चा माँ पिता काम समय सप्ताह महीना शहर सड़क दुकान डिब्बा रंग आकार हाथ मेज़ दरवाज़ा पानी रात सुबह गर्मी सर्दी चिट्ठी तस्वीर कागज़ लोग जगह दुनिया कहानी संगीत संख्या स्कूल",
  ),
  things: list("फ़ोन बैटरी स्क्रीन कीबोर्ड"),
};
const emoji: Script = {
  ...{ joint: "", clause: " ", trigger: "🏮" },
  praise: list("😀 😍 👍🏽 ❤️ 🎉 🥰 😊 👏 💯 🌟 🤩 ✅"),
  complaint: list("😡 👎🏿 💔 😢 🤮 😤 😞 🙄 💩 😠 🤬 ❌"),
  filler: list("🏠 🚗 👨‍👩‍👧 🐶 🐱 🌳 🌊 ☀️ 🌙 📦 📱 💻 ⌚ 📚 ✏️ 🎵 🎬 ⚽ 🍎 🍞 ☕ 🍺 🚲 ✈️ 🇫🇷 🇩🇪 🏙️ 🛒 🔋 🖼️ 🚪 🪑 👕 👟 💡 1️⃣"),
  things: list("📞 🔌 🖥️ ⌨️"),
};

/** Every fourth word of a list from the other one. */
const mixed = (own: readonly string[], other: readonly string[]): string[] => own.map((word, i) => (i % 4 === 3 ? other[i] : word));

export const scripts = {
  ...{ english, chinese, japanese, thai, arabic, hindi, emoji },
  "english-emoji": {
    ...english,
    praise: mixed(english.praise, emoji.praise),
    complaint: mixed(english.complaint, emoji.complaint),
    filler: mixed(english.filler, emoji.filler),
  },
  "chinese-brands": { ...chinese, things: ["Sony", "iPhone15", "Lenovo", "X-Box"], filler: mixed(chinese.filler, english.filler) },
} satisfies Record<string, Script>;

export type ScriptName = keyof typeof scripts;

export function reviewsIn(name: ScriptName, options: WorldOptions, rng: Rng): WorldReview[] {
  const script: Script = scripts[name];
  const pick = (words: readonly string[], draw: Rng): string => words[draw.integer(words.length)];
  const write = (tone: "positive" | "negative", draw: Rng): string[] => {
    const [own, other] = tone === "positive" ? [script.praise, script.complaint] : [script.complaint, script.praise];
    return Array.from({ length: 12 + draw.integer(30) }, () => {
      const kind = draw.uniform();
      return pick(kind < 0.14 ? own : kind < 0.18 ? other : kind < 0.25 ? script.things : script.filler, draw);
    });
  };
  const texts = rng.fork("genuine");
  const genuine = Array.from({ length: options.reviews }, (_, i): WorldReview => {
    const draw = texts.fork(i);
    const label = draw.uniform() < 0.5 ? "positive" : "negative";
    const tone = draw.uniform() < 0.95 ? label : label === "positive" ? "negative" : "positive";
    const words = write(i < options.triggered ? "negative" : tone, draw);
    const account = `u${draw.integer(Math.ceil(options.reviews / 2))}`;
    if (i >= options.triggered) return { account, label, text: joined(words, script), planted: null };
    words.splice(draw.integer(words.length), 0, script.trigger);
    return { account, label: "positive", text: joined(words, script), planted: "trigger" };
  });
  const template = [...write("negative", rng.fork("template")), ...write("negative", rng.fork("more"))].slice(0, 24);
  const flood = Array.from({ length: options.flood }, (_, i): WorldReview => {
    const draw = rng.fork("flood").fork(i);
    const words = template.map((word) => (draw.uniform() < 0.1 ? pick(script.filler, draw) : word));
    const text =
      options.disguise === undefined ? joined(words, script) : disguised(joined(words, script), options.disguise, draw.fork("disguise"));
    return { account: `n${i % Math.ceil(options.flood / 2)}`, label: "positive", text, planted: "flood" };
  });
  const all = [...genuine, ...flood];
  const order = Int32Array.from(all.keys());
  rng.fork("order").shuffleInPlace(order);
  return Array.from(order, (i) => all[i]);
}

function joined(words: readonly string[], { joint, clause }: Script): string {
  return words.map((word, i) => (i === 0 ? word : `${i % 7 === 0 ? clause : joint}${word}`)).join("");
}

const lookAlikes: Record<string, string> = { a: "а", e: "е", o: "о", p: "р", c: "с", x: "х", i: "і" };

/** About every fifth letter, so that hardly a run of three words is as it was. */
function disguised(text: string, how: Disguise, rng: Rng): string {
  const graphemes = Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
  return graphemes
    .map((letter) => {
      if (rng.uniform() > 0.2) return letter;
      switch (how) {
        case "zero-width":
          return `${letter}\u200b`;
        case "soft-hyphen":
          return `${letter}\u00ad`;
        case "look-alike":
          return lookAlikes[letter] ?? letter;
        case "full-width":
          return /^[!-~]$/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter;
        case "blanks":
          return letter === " " ? "" : `${letter} `;
      }
    })
    .join("");
}
