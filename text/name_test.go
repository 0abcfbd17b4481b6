package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseNameAccepts(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"alice", "alice"}, {"Alice", "alice"}, {"ALICE", "alice"}, {"al1ce", "al1ce"}, {"ａｌｉｃｅ", "alice"},
		{"ana-maria", "ana-maria"}, {"j.r.smith", "j.r.smith"}, {"bot_ci", "bot_ci"}, {"x", "x"}, {"7", "7"}, {"007", "007"},
		{"ali", "ali"}, {"guestbook", "guestbook"}, {"user1", "user1"}, {"user2", "user2"}, {"administrators", "administrators"},
		{"José", "josé"}, {"Jose\u0301", "josé"}, {"straße", "straße"}, {"Łukasz", "łukasz"}, {"Øyvind", "øyvind"}, {"Nguyễn", "nguyễn"},
		{"ıpek", "ıpek"}, {"gal·la", "gal·la"}, {"Ẹ́kọ́", "ẹ́kọ́"},
		{"Алиса", "алиса"}, {"Їжак", "їжак"}, {"Ελένη", "ελένη"}, {"Հայկ", "հայկ"}, {"ნინო", "ნინო"},
		{"田中", "田中"}, {"たなか・じろう", "たなか・じろう"}, {"サーバー", "サーバー"}, {"ｻｰﾊﾞｰ", "サーバー"}, {"kei田中", "kei田中"}, {"佐々木", "佐々木"},
		{"김민수", "김민수"}, {"金민수kim", "金민수kim"}, {"王小明", "王小明"}, {"ㄅㄆㄇ", "ㄅㄆㄇ"},
		{"สมชาย", "สมชาย"}, {"น้ำ", "น\u0e49\u0e4dา"}, {"ນ້ຳ", "ນ\u0ec9\u0ecdາ"}, {"Սևակ", "սեւակ"}, {"2日目", "2日目"}, {"7ñ", "7ñ"}, {"３", "3"}, {"नमस्ते", "नमस्ते"}, {"தமிழ்", "தமிழ்"}, {"မောင်", "မောင်"}, {"አበበ", "አበበ"},
		{"محمد", "محمد"}, {"علی‌رضا", "علی‌رضا"}, {"דוד", "דוד"}, {"ג׳ורג׳י", "ג׳ורג׳י"}, {"אב3", "אב3"},
		{strings.Repeat("a", 32), strings.Repeat("a", 32)}, {strings.Repeat("名", 16), strings.Repeat("名", 16)},
	} {
		n, err := ParseName(c.in)
		if err != nil || n.String() != c.want {
			t.Errorf("ParseName(%+q) = %q, %v; want %q", c.in, n, err, c.want)
			continue
		}
		if again, err := ParseName(n.String()); again != n || err != nil {
			t.Errorf("ParseName(%q) = %q, %v; want the same name", n, again, err)
		}
	}
}

func TestParseNameRefuses(t *testing.T) {
	for _, c := range []struct{ in, why string }{
		{"", "is empty"},
		{strings.Repeat("a", 33), "too long"}, {strings.Repeat("名", 17), "too long"}, {strings.Repeat("a", 1<<20), "too long"},
		{"a\xffb", "not valid UTF-8"},
		{"ana maria", "no spaces"}, {" ana", "no spaces"}, {"ana\n", "no spaces"}, {"a\u00a0b", "no spaces"}, {"a\u3000b", "no spaces"}, {"a\u2028b", "no spaces"},
		{"a\x00b", "cannot be seen (U+0000)"}, {"a\x1b[31m", "cannot be seen (U+001B)"}, {"a\u009bb", "cannot be seen (U+009B)"}, {"a\x7f", "cannot be seen (U+007F)"},
		{"a\u200bb", "cannot be seen (U+200B)"}, {"a\u200eb", "cannot be seen (U+200E)"}, {"a\u202eb", "cannot be seen (U+202E)"}, {"a\u2066b", "cannot be seen (U+2066)"},
		{"a\u00adb", "cannot be seen (U+00AD)"}, {"a\ufe0f", "cannot be seen (U+FE0F)"}, {"a\U000e0061", "cannot be seen (U+E0061)"}, {"a\ufeff", "cannot be seen (U+FEFF)"},
		{"a\u3164b", "cannot be seen (U+3164)"}, {"\u115f", "cannot be seen (U+115F)"},
		{"a\u200db", "cannot be seen"}, {"a\u200cb", "cannot be seen"},
		{"a@b", "cannot hold \"@\""}, {"a#b", "cannot hold \"#\""}, {"a/b", "cannot hold \"/\""}, {"a:b", "cannot hold \":\""}, {"a,b", "cannot hold \",\""},
		{"a*b", "cannot hold \"*\""}, {"a?b", "cannot hold \"?\""}, {"a!b", "cannot hold \"!\""}, {`a"b`, `cannot hold """`}, {"a'b", "cannot hold \"'\""},
		{`a\b`, `cannot hold "\"`}, {"a~b", "cannot hold \"~\""}, {"a$b", "cannot hold \"$\""}, {"a`b", "cannot hold \"`\""}, {"a<b", "cannot hold \"<\""},
		{"a😀", "cannot hold \"😀\""}, {"→", "cannot hold \"→\""}, {"\u2800", "cannot hold"}, {"a\ue000", "cannot hold"},
		{"＠ana", "cannot hold \"@\""},
		{"ﬁona", "write \"fi\""}, {"Ⅷ", "write \"VIII\""}, {"ªb", "write \"a\""}, {"𝒶", "write \"a\""}, {"ĳsbrand", "write \"ij\""}, {"x²", "write \"2\""},
		{"ᄀᄀᄀ", "cannot hold \"ᄀ\""},
		{".", "at least one letter"}, {"..", "at least one letter"}, {"-", "at least one letter"}, {"___", "at least one letter"},
		{"-rf", "starts with a letter"}, {".profile", "starts with a letter"}, {"_x", "starts with a letter"},
		{"x-", "ends with a letter"}, {"x.", "ends with a letter"},
		{"a\u0300\u0301\u0302\u0303\u0304\u0305", "marks"}, {"\u0301", "marks"},
		{"a\u0338b", "U+0338"},
		{"аlice", "mixes Cyrillic and Latin"}, {"alicе", "mixes Latin and Cyrillic"}, {"αlice", "mixes Greek and Latin"}, {"alice한がん", "mixes"}, {"ㄅが", "mixes Bopomofo and Hiragana"},
		{"aー", ""}, {"бー", "mixes"}, {"a\u064b", "mixes Latin and Arabic"},
		{"אבגd", "direction"}, {"dאבג", "direction"},
		{"a·b", "its script does not allow"}, {"٣۳", "its script does not allow"}, {"3אב", "direction"}, {"½", "cannot hold \"½\""}, {"Ａ＋", "cannot hold \"+\""},
		{"ᚠᚢᚦ", "no language in daily use"}, {"𓀀", "no language in daily use"}, {"𐌰", "no language in daily use"},
		{"root", "Parley keeps for itself"}, {"Admin", "keeps"}, {"server", "keeps"}, {"system", "keeps"}, {"everyone", "keeps"}, {"here", "keeps"}, {"room", "keeps"}, {"all", "keeps"},
		{"parley", "keeps"}, {"owner", "keeps"}, {"operator", "keeps"}, {"moderator", "keeps"}, {"guest", "keeps"}, {"nobody", "keeps"}, {"anonymous", "keeps"},
		{"r00t", "looks like \"root\""}, {"s3rver", "looks like \"server\""}, {"5ystem", "looks like \"system\""}, {"adrnin", "looks like \"admin\""}, {"a.d.m.i.n", "looks like \"admin\""},
		{"a1l", "looks like \"all\""}, {"ѕуѕтем", ""}, {"օwner", "mixes"}, {"rооt", "mixes"}, {"gue5t", "looks like \"guest\""},
		{"guest-1", "guest"}, {"guest1", "guest"}, {"guest-ana", "guest"}, {"gu3st-1", "guest"}, {"guest_9", "guest"}, {"GUEST-1", "guest"},
	} {
		n, err := ParseName(c.in)
		if c.why == "" { // near the others, but right
			if err != nil {
				t.Errorf("ParseName(%+q): %v", c.in, err)
			}
			continue
		}
		if err == nil || !n.IsZero() {
			t.Errorf("ParseName(%+q) = %q, %v; want it refused with %q", c.in, n, err, c.why)
			continue
		}
		if !strings.Contains(err.Error(), c.why) {
			t.Errorf("ParseName(%+q): %q, want a sentence with %q", c.in, err, c.why)
		}
		if s := err.Error(); NewBody(s).String() != s || !strings.Contains(s, ": ") {
			t.Errorf("ParseName(%+q): %+q is no safe sentence that says what to do", c.in, s)
		}
	}
}

func TestSkeletonsCollide(t *testing.T) {
	for _, same := range [][]string{
		{"alice", "Alice", "al1ce", "allce", "aIice", "a.lice", "al-ice", "a_l_i_c_e", "alic3", "а" + "lice", "аӏісе", "ａlice", "al|ce", "al\u0456ce", "alıce", "ali\u0307ce"},
		{"user1", "userl", "useri", "u5er1", "user١"}, {"user0", "usero", "us3r0"}, {"maria", "rnaria", "rna.ria"}, {"wow", "vvow", "vvovv", "w0w"},
		{"раре", "pape"}, {"josé", "jose\u0301"}, {"たなか", "た・なか"}, {"علی‌رضا", "علیرضا"}, {"сосо", "coco"},
		{"kei٣", "kei3", "kei३"},
	} {
		for _, s := range same[1:] {
			if a, b := skeleton(strings.ToLower(same[0])), skeleton(strings.ToLower(s)); a != b {
				t.Errorf("%q has the skeleton %+q, but %q has %+q", same[0], a, s, b)
			}
		}
	}
	for _, c := range []string{"Alice", "al1ce", "аӏісе", "a.l.i.c.e"} {
		n, err := ParseName(c)
		if alice, _ := ParseName("alice"); err != nil || n.Skeleton() != alice.Skeleton() {
			t.Errorf("the name %q (%v) has the skeleton %q, alice has %q", c, err, n.Skeleton(), alice.Skeleton())
		}
	}
}

func TestSkeletonsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, s := range strings.Fields("user1 user2 user3 user4 user5 user6 user7 user8 user9 user0 user10 user11 user12 user21 " +
		"alice bob carol dave eve frank jose josé ana anna bo kei " +
		"김민수 김민서 이민수 이민서 박지성 박지선 최서연 최수연 정유진 정우진 한지민 한지만 田中 中田 王小明 王小朋 李 季 さとう さいとう サトウ สมชาย สมหญิง " +
		"محمد محمود أحمد حسن حسين דוד דויד דן иван инна саша паша миша мика алиса٠ алиса١ алиса٢ алиса٤ नमन रमन") {
		sk := skeleton(s)
		if other, ok := seen[sk]; ok {
			t.Errorf("%q and %q have the same skeleton %q", s, other, sk)
		}
		seen[sk] = s
	}
}

// A skeleton that folds further would let two names through that meet one fold later.
func TestSkeletonOfEveryRuneIsStable(t *testing.T) {
	for r := rune(0); r < 0x32000; r++ {
		if sk := skeleton(string(r)); utf8.ValidRune(r) && skeleton(sk) != sk {
			t.Errorf("the skeleton of %U is %+q, and of that %+q", r, sk, skeleton(sk))
		}
	}
}

func TestGuestName(t *testing.T) {
	g := GuestName(7)
	if g.String() != "guest-7" || !g.IsGuest() {
		t.Errorf("GuestName(7) = %q, guest: %v", g, g.IsGuest())
	}
	if r, err := ReadName("guest-7"); r != g || err != nil {
		t.Errorf("ReadName of a guest = %q, %v", r, err)
	}
	if n, err := ParseName("guest-7"); err == nil {
		t.Errorf("ParseName lets somebody be called %q", n)
	}
	if a, _ := ParseName("alice"); a.IsGuest() || a.IsZero() || !(Name{}).IsZero() || (Name{}).String() != "" {
		t.Error("alice is a guest or nobody, or nobody is somebody")
	}
}

func TestNameOrder(t *testing.T) {
	var names []Name
	for _, s := range []string{"kei", "ana", "bo", "ａna2"} {
		n, err := ParseName(s)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	slices.SortFunc(names, Name.Compare)
	if got := names[0].String() + names[1].String() + names[2].String() + names[3].String(); got != "anaana2bokei" {
		t.Errorf("sorted: %s", got)
	}
}

// No two reserved names may hide each other's sentence, and each must be one that could be asked for.
func TestReservedNames(t *testing.T) {
	for w := range strings.FieldsSeq(reserved) {
		if _, err := ReadName(w); err != nil {
			t.Errorf("%q is reserved but no name: %v", w, err)
		}
		if reservedBy[skeleton(w)] != w {
			t.Errorf("%q and %q have one skeleton", w, reservedBy[skeleton(w)])
		}
	}
}

func TestParseRoomName(t *testing.T) {
	for _, c := range []struct{ in, want, why string }{
		{"ops", "#ops", ""}, {"#ops", "#ops", ""}, {"#OPS", "#ops", ""}, {"build-farm", "#build-farm", ""}, {"v1.2_rc", "#v1.2_rc", ""},
		{"42", "#42", ""}, {"#ｏｐｓ", "#ops", ""}, {"cafe\u0301", "#café", ""}, {"ﬁsh", "#fish", ""},
		{"運用", "#運用", ""}, {"ops-東京", "#ops-東京", ""}, {"команда", "#команда", ""}, {"เชียงใหม่", "#เชียงใหม่", ""}, {"한국어", "#한국어", ""}, {"غرفة", "#غرفة", ""},
		{strings.Repeat("a", 40), "#" + strings.Repeat("a", 40), ""}, {strings.Repeat("名", 20), "#" + strings.Repeat("名", 20), ""},
		{"", "", "is empty"}, {"#", "", "is empty"}, {"##ops", "", "cannot hold \"#\""},
		{strings.Repeat("a", 41), "", "too long"}, {strings.Repeat("名", 21), "", "too long"}, {strings.Repeat("a", 1<<20), "", "too long"},
		{"a b", "", "no spaces"}, {"a\u2028b", "", "no spaces"}, {"a/b", "", "cannot hold \"/\""}, {"a@b", "", "cannot hold \"@\""}, {"a:1", "", "cannot hold \":\""}, {"a😀", "", "cannot hold \"😀\""},
		{"..", "", "at least one letter"}, {".", "", "at least one letter"}, {"-", "", "at least one letter"},
		{".git", "", "starts and ends"}, {"-p", "", "starts and ends"}, {"ops.", "", "starts and ends"},
		{"a\x1bb", "", "cannot be seen"}, {"a\u200bb", "", "cannot be seen"}, {"a\u202eb", "", "cannot be seen"}, {"a\u2067b", "", "cannot be seen"}, {"a\u200db", "", "cannot be seen"},
		{"a\u009bb", "", "cannot be seen"}, {"a\u034fb", "", "cannot be seen"}, {"a\U000e0041", "", "cannot be seen"}, {"a\u3164", "", "cannot be seen"},
		{"a\u0300\u0301\u0302\u0303\u0304\u0305", "", "marks"}, {"\u0301a", "", "marks"}, {"a\xff", "", "UTF-8"},
	} {
		r, err := ParseRoomName(c.in)
		if r.String() != c.want || r.Slug() != strings.TrimPrefix(c.want, "#") || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("ParseRoomName(%+q) = %q, %v; want %q, %q", c.in, r, err, c.want, c.why)
		}
		if again, err := ParseRoomName(r.String()); !r.IsZero() && (again != r || err != nil) {
			t.Errorf("ParseRoomName(%q) = %q, %v; want the same", r, again, err)
		}
	}
	a, _ := ParseRoomName("#genera1")
	b, _ := ParseRoomName("general")
	if a.Skeleton() != b.Skeleton() || a == b || a.Compare(b) >= 0 {
		t.Errorf("%q and %q: skeletons %q, %q", a, b, a.Skeleton(), b.Skeleton())
	}
}

// TestTheNameOfTheFirstCommand: the README's first command, ssh you@localhost, may be typed as it stands.
func TestTheNameOfTheFirstCommand(t *testing.T) {
	if n, err := ParseName("you"); err != nil || n.String() != "you" {
		t.Errorf("you is %q (%v)", n, err)
	}
}
