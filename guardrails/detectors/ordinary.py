"""Words that are no name by themselves: ordinary words that people are also called, titles, particles.

"Will you write to Rose?": of a name that is known, such a part is looked for only as it is written there, capital included.
The list need not know a language; it holds what people are called in English, Danish, Indonesian and Chinese, and the words of
every day that a careless detector takes for a part of a name.
"""

from __future__ import annotations

_ENGLISH = """
    abbot able about above account action active address admin after again age agent air all alpha also always american
    and angel angle animal another answer any app apple april arch archer area argent art ash asia asian aspen assistant
    august aunt author autumn away baby bach back bacon bad bailey baker ball bank banks bar bark barn baron base bass bay
    beach bean bear beauty beck bee before bell belle ben bench berry best beta better big bill birch bird bishop black
    blake blanc blank blaze bloom blue board bob body bond book boss both bow bowl box boy branch brand brandy bread
    bridge bridges bright british brock brook brooks brother brown buck bud build bull burn burns bush business but
    butcher butler button buy call came can candy cannon canon cant care carol carpenter carrier cart carter carver case
    cash castle cat cave center central chad chair champion chance chancellor change chapel chapman chase chat check
    cherry chester chief child children china chinese chip choice christian christmas church city clark class claus clay
    clean clear clerk cliff clinton close cloud clover club coach coast code coffee cold cole college colon come common
    company con contact cook cool copper coral corn corner cost cotton could count country court cousin cove crane cream
    cross crow crown customer cut dad daisy dale dan danish data date daughter dawn day days dean dear december dell
    dependent design destiny detail dick did died dive doctor dog doll dollar don done door dot doubt dove down drake draw
    drew drive duck duke dusty dutch each earl early earth east easter eden edge editor egg eight elder else email end
    english ernest error even ever every example eye face fair faith falcon fall false family farm farmer fast father
    favor fear february feel fell field fields file fill find fine fire first fish fisher five fix flag flint flood flora
    flower flowers flynn fog food foot for force ford forest fork form foster found four fox frank free freed freeman
    french friday friend frost full fuller gale garden gardener gate gates gave gay gem gene general gentle genuine german
    get giant gift ginger girl give glad glass glen glory goes gold golden good grace grand grant grass gray great green
    greene grey ground group grove grow guest guide guy had hail hair half hall ham hand hands happy hard hardy harmony
    harp has hat have hawk hay hazel head heart heat heath heather heaven hello help her here hero hi high hill hills him
    his hold holiday holland holly holy home honey honor hood hook hope horn horse hour house how however howl hunt hunter
    ice idea indian inside into iris iron island item its ivory ivy jack jade jam january jasmine jay jazz jean jeans
    jersey jet jewel job john join jolly jordan joy judge july june junior just justice keen keep key keys kid kind king
    kings kit kitchen knight know known lab labor lady lake lamb lance land lane large lark last late laurel law lawn lay
    lead leaf learn least leather left legacy less let letter liberty lid life light lilac lily lime line link lion list
    little live living local lodge london long look lord lot lots love low luck lucky made mail main major make malady
    male man manager manor many maple march margin mark market marsh marshal marshall martial mason master matt max may
    maybe mayor me meadow mean meet melody member memo memory men mercy merit merry message mickey middle might mike mild
    miles mill miller mills mind mine mint misty model modest moment monday money monk moon morning moss most mother mount
    mouse move much muse music must myrtle name near need never new news next nice nick night nine noble norm normal
    norman north note nova november now number oak ocean october off office often old olive one only opal open order other
    our out over own owner page paid painter palm panda pansy paper park part past pastor pat patch path patience patient
    patty pay peace peach peak pearl peer peg pen penny people pepper perfect person pet petal phone pick pie pierce pike
    pilgrim pine piper place plain plan plant play please plum point pole polly pond pool poor pop pope poppy port porter
    post potter pound power praise presley press price priest prime prince princess print prior problem product project
    providence public quest question quick quiet quill rain randy ranger raven ray reach read reader ready real red reed
    regards report request rest rex rice rich riches right ring ripple rise river rivers road rob robin rock rod roman
    romeo rose roses rosy round rowan royal ruby rule run rush russian rust rusty rye sad sage sail saint sales salmon
    salt sand sandy santa saturday savage saw say scarlet school scout sea seal season secret section see self senior
    september serene serenity service session set seven shade shadow sharp she shell shepherd sherry shine ship shop short
    show sick side sign silver simple since singer sir sister site sky slack sleep slim sloan small smart smile snow soft
    soil sol solo some son song soon sorry soul sound source south spanish spark speaker spear special spring square
    squire staff star start state steel stella step sterling stew still stock stone stop storm story street strong student
    subject such sue sum summer summers sun sunday sunny sure swan sweet swift system table tail take talk tall tan tank
    task taylor teacher team tell temple ten term terry test text than thanks that the their them then there these they
    thing things think this thorn those thousand three thursday tide tiger time title today together told tom tomorrow too
    top total tower town track trade trainer travel tree trinity trip trophy true trump trust truth try tuesday tulip
    turner twin two type uncle under union united until upon upper use user valley value van vault venus version very via
    victor victory view violet virtue visa voice wade wait waiter walk walker wall waller walls want war ward ware warm
    warren was watch water waters way we weaver web wednesday week welcome well wells were west whale what wheat wheel
    when where which while white who whole why wild wilder will win wind window wine winner winter winters wise wish with
    without wolf woman women wonder wood woods word words work worker world worth would wren wright write year years yes
    yesterday york you young your yours zero zone
"""
_DANISH = """
    aften alle allerede altid and anden andet april august bag bager bakke bang bare bech bedst begge bent berg bilag birk
    bjerg bjørn blev blik blomst blå bo bog bonde bor borg bror bruger brun bruun buch busk bæk bøg dag dage dal dame
    dansk dato datter davs de december dem den denne der deres det dig dom dreng dronning due efter eg eller elm else
    elsker end engel er eskild falk far fast fik fin finder fire firma fisk fisker for forår fra fredag friis frisk fryd
    fugl fuld få fællesskab første gade gang gave giv glad god goddag gode godt greve gris grå gud guld gård ham han hans
    hav have hej held helle hende her herre hertug hest hilsen hjem hjort hjælp holm holt hos hun hus husk hvem hver hvid
    hvis hvor hvornår højgaard høst i iben ikke ild inge ingen is jord juli juni kat kender kilde kirke klar klog knud
    koch kok kom kone kong konge kort krog krone kunde kunne kær kære lam land lang lav lerche lige lille lind linde liv
    lone lund lykke lys lørdag løve maj mand mandag mange mark marts med meget men mens mere met mig min minde mine mod
    mon mor morgen munk måned måske møller nat navn ned nej nord november ny nye nytår nær nørre og også oktober om onsdag
    ord os over palle penge per person pil post prins præst rask ravn regn ren rig ring ris rose rund rune rød rønne sag
    sammen sand se send senere september ser sig sin sjov skal ske skov skrev skriv skræp sky skytte smed smuk små sne sol
    som sommer sort sten stjerne stor storm strand stærk sund svane svar svend svært sød søde søn søndag sørge søster tage
    tak tal tid tider til tirsdag torn torsdag tove tro troels træ uge ulf ulv ung ved vej vejle ven venlig vest vibe vig
    vil vilde vind vinter vis vise vores væk være år ø øst
"""
_INDONESIAN = """
    abadi ada adik adil agama agar agung agustus air ajar akan akhir alam alamat aman anak anda anggrek angin angsa
    anugerah apa api april arti asih asli atas atau ayah ayu bagus bahagia bahwa baik baja bakti bakung bangsa bangun
    banyak baru batu bawah belum benar berani berita berkah berlian bersih besar besok bestari bhakti bijak bintang biru
    bisa budaya budi budiman buku bulan bumi bunga cahaya cakra catur cemara cempaka cerah cinta citra cucu damai dan dari
    data daya delima depan desa desember dewa dewi dharma dia doa dua dunia dwi eka elang elok emas embun empat enam fajar
    februari gading gadis gajah galih garuda gembira gemilang gula guna guntur gunung guru hadiah hakim halus hanya
    harapan hari harimau harta hasil hati hebat hijau hikmah hilang hitam hujan hutan ibu ikhlas ilham ilmu imam iman
    indah ini intan istana istri itu jadi jalan januari jati jaya jelita jenaka jika jingga jujur juli jumat juni juta
    kabar kakak kali kami kamis kamu karena karya kasih kata kaya kecil keluarga kemala kembang kenanga kencana kepala
    kerja kertas kesuma ketua kirana kita kota kuasa kuat kuning kurnia kusuma lagi lahir lama langit laras laut lebih
    lestari lima luhur lurus macan maju makmur malam mandiri manggala manik manis maret mas masa masih mata matahari mawar
    mega mei melati menang menteri merah merak merdeka merpati minggu muda mulia mulya mungkin murah murni mustika mutiara
    nama nanti negara ningrat november nur nusa oktober orang pada padi pagi pahlawan panca pandu panji pantas pasti
    pelangi perak perdana permai permana permata pertama perwira pesona petir pohon pribadi prima puji purnama pusaka
    pusat putera putih putra putri rabu raharja rahayu rahmat raja ramah ramai raya rejeki rela rembulan rezeki riang
    rimba rizki roti rukun rumah saat sabar sabtu saja sakti sama samudera samudra sang sangat santai santun sari satria
    satu saudara saya segar sehat sejahtera sejati sekar sekarang selamat selasa seni senin senja sentosa september setia
    siang sinar sri subur suci sudah suka sukses sultan sungai surga surya susila susu tahun taman tani tanjung teguh
    teladan telah tenang tengah tentu terang teratai terima tiga timur tinggi titik tri tua tulus tunggal turun uang ulang
    umum unggul untuk utama utara wahyu waktu wangi wanita warna wibawa widya wijaya wira yakin yang yudha
"""
#: Full names of two or three characters that are words.
_CHINESE = """
    丁香 万一 万事 万物 上海 东方 东西 严格 严肃 严重 丰富 于是 云南 从此 任何 任务 何必 何时 余地 余额 元素 党员 全部
    公司 关于 关心 关系 关键 包括 包装 华丽 卓越 单位 单独 危机 古代 史料 叶子 司机 吉祥 向上 周围 周期 周末 和平 和气
    唐朝 国家 夏天 姚明 孔子 孙子 季节 宁静 安全 安心 安排 安静 宋朝 宗教 宫殿 尚未 尤其 山水 左右 巫师 常用 常见 平台
    平均 平安 平常 平时 平等 幸福 庄严 应用 应该 康复 张贴 强大 徐徐 成功 成本 成果 成立 成长 房子 房间 支持 文件 文化
    文明 文章 方便 方向 方式 方案 方法 时候 时间 明天 明白 明确 朱红 权利 李子 杨树 林业 梅花 武器 武汉 毛巾 毛病 水平
    水果 永远 江南 江山 江西 池塘 汪洋 沙发 洪水 海洋 温度 温暖 温柔 游戏 熊猫 王国 王子 王朝 甘草 田野 申请 白云 白天
    白色 石头 石油 祖国 祝福 秦朝 程序 程度 章节 童年 符合 简单 管理 纪录 经理 胡同 花园 花生 苏州 英文 荣誉 莫名 董事
    袁大头 解决 许可 许多 谢谢 费用 路线 辛苦 边境 连接 郑重 金融 金钱 金额 钟头 钱包 阳光 陶瓷 雷电 韩国 项目 风景 马上
    马虎 马路 高中 高兴 高原 高山 高峰 高度 高级 高速 黄河 黄瓜 黄色 黄金 黎明 龙头
"""
LANGUAGES = tuple(frozenset(words.split()) for words in (_ENGLISH, _DANISH, _INDONESIAN, _CHINESE))
ORDINARY = frozenset.union(*LANGUAGES)

_PARTICLES = """
    abd abdul abu aka alias anak and aux bin binte binti bte dan das dei del della den der des dos du e el et het i ibn jr
    las los och of og op san sant santa snr st ste ten ter the til umm und van vom von y zum zur
"""
#: Stand between the words of a name, and in any sentence.
PARTICLES = frozenset(_PARTICLES.split())

_TITLES = """
    adik advokat ajeng aunt bang bapak bibi boss bp brother bu capt captain cik coach col colonel dame datin dato datuk
    dear direktur doctor dokter dr dra drs engineer father fr frk fru fröken frøken gen general haji hajjah hej hello
    herr hi hr ibu ir judge kak kakak kepala kyai lady lektor lord lt madam mas mba mbak md miss mister mr mrs ms mx nona
    ny nyonya om overlæge pak paman pastor pendeta president prof professor raden rektor rev saudara saudari sdr sdri
    sergeant sgt sir sister tante tn tuan uncle ustad ustadz ustadzah
"""
#: Stand before a name and belong to nobody.
TITLES = frozenset(_TITLES.split())
