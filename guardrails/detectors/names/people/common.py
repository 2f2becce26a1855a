"""Words that are not names of people though they stand where one could: function words, roles, form fields, tools, code.

Looked up in lower case. A given name that is such a word too ("Will", "Grace") is a name where it has a capital (given.py).
"""

from __future__ import annotations

_ENGLISH = """
a about above accept access account across act action active add address administrator admin after again age agent ago ahead
all almost alone along already also although always am among an analysis and animal another answer any anybody anyone anything
anyway app application applied are area around article as ask at attached available away back bad bank base be because been
before behind being believe below best better between big birth body book both box boy bring build business but buy by call
called can cannot cancel care careful case cat center central certainly change chat check chief child children choose church
city class clean clear clearly click close closed coffee coming command comment common company complete completely confirm
contact content continue control cool copy correct cost could country couple course create created current currently custom
customer customers daily data database date day days dear default delete department description detail details development did
different difficult director do doctor does doing done double down due during each early easy edit editor education either
else email empty end engineer enough enter entire error especially etc even evening event ever every everybody everyone
everything exactly example excellent excited excuse executive expert extra face fact fair family fan fast father fax feel
feeling few field file final finally find fine finished first five following food for form four free fresh friend friends from
front full fun function further future general get getting girl girls give given glad go going gone good got government great
green group guest guys had half hand happened happy hard has have having he head health hear hello help helpful hence her here
hers herself hey hi high him himself his hiring history hold holiday home honest honestly hour hours house how however human
hungry i id idea if important in include including indeed information inside instead instructions interested into is issue it
item items its itself job jobs just keep key kind know known lady ladies gentlemen large last late later lead leader leave
left legal less let level life like likely line list little live local location log login long look looking lost lot love low
made main maintainer make making man manager many map market marketing match maybe me mean meeting member members memory men
message method middle might mind mine minor minute minutes miss mister mobile model moderator mom money month more morning
most mother move mr mrs much music must my myself name names near need never new news next nice night no nobody none nope
normal north not note nothing notice now null number of off office officer official often oh ok okay old on once one only open
operation operator option or order organization original other others our ourselves out outside over overall own owner page
part particular partner party password past patient pay payment people per perhaps person personal phone photo place plan
planning play please point police policy possible post power prefer present president pretty previous price private probably
problem process product production professional profile program programme project property proud public put question questions
quick quickly quite rather read reader readers ready real really reason received recipient record recruiter red regards
regarding relevant remember remove reply report representative request required resident respected response rest result return
review right role room root run running safe sale sales same save saved say school science search second section secretary
security see seems select self send sender senior serious service services session set setup several shall she shop short
should show sick side signed since sincerely single sir site size small so software some somebody someone something sometimes
somewhat son soon sorry sort source south special speed staff standard start state status step still stop store story street
student students stuff subject such suite summary super support sure system table take talk task teacher team teams tech
technical tell ten term test text than thank thanks that the their them themselves then there these they thing things think
third this those though thought thousand three through thus time times tired title to today together tomorrow tonight too top
total tour tourist town track trade training travel true try trying turn twice two type under understand unfortunately unit
university unknown until up update upset upon us use used useful user username users using usual usually value various very
via video view visit visitor volunteer wait waiting wake want wanted was watch water way we web website week weekend welcome
well went were west what whatever when where whether which while white who whole whom whose why wife wise with within without
woman women wonder word words work worker working works world would write writer writing wrong yeah year years yes yesterday
yet you young your yours yourself zero zone husband father's brother sister daughter uncle aunt grandma grandpa grandmother
grandfather cousin boss colleague neighbour neighbor madam ma'am maam sirs folks gang dude bro mate santa diary reader
listener colleagues committee coffee pepper martens who bean robot strangelove evil speaker chairman chairwoman chair minister
judge justice mayor governor senator representative chancellor ambassador general colonel captain sergeant detective inspector
principal dean professor prof universe america earth nobody anonymous none foo bar baz qux guest test tester demo sample
placeholder redacted hidden afraid alone aware back based busy confused curious currently definitely desperate exhausted
experiencing familiar frustrated grateful guessing having hoping impressed living located looking married older planning
pleased pregnant reading referring reporting seeing sending single speaking stuck studying suffering supposed talking telling
thinking unable unsure worried mrn npi dob ssn id ceo cto cfo vp hr qa it pr ltd inc llc corp gmbh plc co pt cv tbk university
universitas hospital foundation tussauds tussaud investigation specialist certified reporter alert breaking agreement
allergies diagnosis medication assessment bbc cnn nbc sma smk smp sd bandar udara stasiun pura jalan
"""
_CODE = """
any api app args argument array arrays async attr attribute auth backend basic bin binary bool boolean branch bug build bundle
button byte bytes cache callable callback char charfield chart checkout chunk cli client cloud cluster code codec collection
column columns compile component config configuration connection console const constant container context cpu cron css csv
cursor custom dag dashboard dataframe dataset debug decimal deploy deployment desktop device dict dictionary dir directory
django docker document docs domain driver element email encoding endpoint engine entity enum env environment event example
exception export expression extension factory false feature fetch field fields filename filter fixture flag flask float folder
format framework frontend func gateway generic git github graph graphql grid group handler hash header hidden host hostname
html http https icon identifier image import index info init inline input install instance int integer interface internal item
iterable job json kernel key keyword label lambda language layer layers layout lib library license link linter linux lint list
listener loader lock logger logging loop machine main manifest map mapping master matrix menu metadata method metrics
middleware migration mixin mock model module monitor mypy namespace nginx node none npm null nullable number object objects
opt optional option options output package panel param parameter parameters parent parser path pattern pipeline pip pixel
platform plugin pod policy pool popup port postgres prefix print private process processor profile prompt property protocol
provider proxy publish push pull pytest python query queue record redis ref reference regex region registry regular release
remote render repo repository reset resource resources router route row rows ruby runner rust schema scheduler scope script
sdk search secret selector serializer server service session settings shell signal size slug snapshot socket source spec sql
stack stage static stats status stderr stdin stdout step storage stream strict string str struct style submit suffix suite sum
svg swift symbol sync syntax system tab tag tags target task template temp tensor terminal test testing tests text theme
thread threshold timeout timestamp token toggle tool tools topic trace trigger true tuple typescript javascript java type
types ubuntu undefined unicode unit unittest unknown update upload uri url urls utf utils uuid validate validator value values
var variable vector version view virtual void volume warning webhook widget window windows worker workflow workspace wrapper
xml yaml yml actions action android apache apple archive artifact aws azure bash beta alpha browser chrome cmake coverage
crate debian default delete dependency dev edge editor embed emulator enable enabled disabled error exec expire fast firefox
google gnu gpu gradle helm ide intel ios iso kafka kotlin kubernetes lite loaded macos markdown maven microsoft mit mobile
mongo mysql native net network notebook null numpy nvidia official oracle pandas perl php postgresql pro project public pypi
react readme report root safari sandbox scala security setup software space spark sqlite ssh ssl standard studio summary table
tls torch ui unix user username vim visual vue web webpack wheel wiki wordpress xcode zip get set put post patch list create
read write open close
"""
_INDONESIAN = """
salam kirim wali bilang ada adalah agar akan aku alamat anak anda anak-anak apa apakah apabila atas atau awal bagaimana bagi
bagian bahwa baik banyak bapak barang baru beberapa begitu bekerja belum benar berapa berasal beri berikut bertanya besar
besok bisa boleh bu bukan buat butuh cara cari coba cuma cukup dalam dan dapat dari data daripada datang dengan desa di dia
diri dirinya dosen dokter dua dulu guru gak ga hai halo hanya harap hari harus hidup hingga hormat hubungi ia ibu ibunya ini
ingin ingat itu iya izin jadi jalan jam jangan jawab jika juga jumlah kabar kalau kali kalian kamu kami kampung kantor karena
kasih kata kawan kawin ke kecil kembali kemarin kemudian kenapa kepada kepala kerja ketika ketua kita kok kota kurang lagi lah
lain lalu lama langsung lapor lebih lewat lihat lupa luar maaf mahasiswa mana manusia mari masih masuk mau maupun melalui
memang membuat membeli memiliki menanyakan mencari mendapat menerima mengapa mengatakan mengirim menjadi menteri mereka
merupakan meski mimpi minta mohon mulai mungkin murid nah nama namanya namun negara nggak nih nomor nya oleh orang pada pagi
pak panggilan para pelanggan pemilik pengen penting percaya perlu pernah pertama pertanyaan pertiwi pihak polisi presiden pula
pun punya rekan rumah rt rw saat saja salah sama sambil sampai sana sangat sapa sasat satu saudara saya sebagai sebelum sebuah
sedang sedikit sehingga sejak sekali sekarang sekolah selain selalu selama selamat seluruh semua sendiri seorang sering sesuai
setelah setiap siang siapa siswa soal sore suami sudah suka supaya surat tadi tahun tahu tak tanggal tanpa tapi telah teman
tempat tentang tentu terhadap terima terjadi termasuk tersebut terus tetap tidak tiga tim tinggal tolong tua tuan tunggu untuk
usia wakil waktu walau warga yaitu yakni yang yth yuk kasih bangsa kota negeri satpam sopir lurah camat bupati gubernur
walikota direktur manajer kyai ustad ustadz haji bidan perawat kos kost mertua tiri kandung hamil rumah tangga pembeli penjual
buatkan tulis tuliskan jelaskan terjemahkan ringkas carikan bantu buka tutup penerima pengirim jenis kelamin agama pekerjaan
telepon email ktp nik kawin belum isi diisi kosong lengkap
"""
_DANISH = """
ad af afdeling alle allerede alt altid anden andet at bare barn begge behov bestyrelsen bil blev blevet blive bliver bor bruge
bruger brug by bør børn da dag dage dansk danske de deltager dem den denne der deres derfor det dette dig din dine disse dit
du dog dronning efter eftersom ejer ej eller en endnu enhver er et faktisk far feder fik find fint finde flere for fordi
forældre fra fru frk få får første før gang ganske gerne gik gift giv giver glad god goddag godt gøre gør gå går ham han hans
har hav have havde hedder hej hele heller hen hende her hjælp hjem hos hovedpine hun hvad hver hvem hvilken hvis hvor hvordan
hvorfor hvornår hørt i idag igen ikke ind ingen inden intet ja jeg jer jo kan kender kollega kollegaer kom komme kommer konge
kort kunde kunder kun kunne kvinde land lang lang lav lave lidt lige ligger lille lærer læge leder ledelse mand mange med
medarbejder meget mellem men mener mens mere mig min mine minister mit mor morgen mod må måde mødt måske nabo naboer navn ned
nej netop noget nogen nogle nok nu ny nye nyt når nær og også om omkring op os over part patient på rigtig rigtigt sagde samme
samt se selv senere ser ses siden sig sige siger sin sine sit skal skat skal skriver skulle slags snart som stadig
statsminister stor store studerende står sulten syg synes så sådan tage tager tak team tid til tilbage to tror træt tæt ud
uden under vej ven vel venner venlig venlige hilsen vi via vide vil ville virkelig vores vær være været ved år skriv vælg
forklar oversæt lav opsummer hjælp alder adresse telefon mobil och att det som en på är av för med till den har de inte om ett
han men var jag sig från vi så kan när år under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade
alla andra mycket än här då sedan över bara blir upp även vad få två vill ha många hur mer går kund kunden kunder allt sina
detta mig hon dig din mitt mina hej tack trött ikke jeg og det som på av til hva
"""
_OTHERS = """
der die das und ist ich nicht sie es ein eine mit zu den von auf für im dem auch als an werden aus er hat dass nach bei um
noch wie einen über so wird nur dann mein meine kunde kunden kundin kollege kollegin kollegen doktor direktor präsident
minister kanzler kanzlerin bundeskanzlerin dame damen herren herr frau familie nachbar lehrer müde froh deutsche deutscher
student studentin neu hier alle zusammen leute freunde o os as um uma de do da dos das em no na nos nas por para com que não
se mais como mas foi ao ele sua seu ou ser quando muito há já está eu também só pelo pela até isso ela entre era depois sem
mesmo aos ter seus quem nas me esse eles você tinha foram essa num nem suas meu às minha presidente ministro deputado senador
governador prefeito diretor cliente clientes senhor senhora senhores senhoras amigo amigos amiga todos todas cansado feliz
professor doutor doutora el la los las un una unos unas y en que es no se lo con su para al del más pero sus le ya sí porque
esta este cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso
ante ellos estudiante señor señora señores señoras amiga amigos doctora cansado jefe alcalde gobernador soy le les des et est
une dans qui pour pas que sur au plus avec ce il sont mais ou par je nous vous cette son ses leur elle tout comme fait être
aussi même monsieur madame messieurs mesdames docteur ministre président directeur maire collègue collègues ami amis amie
client cliente tous toutes étudiant étudiante fatigué désolé
"""
COMMON = frozenset(f"{_ENGLISH} {_CODE} {_INDONESIAN} {_DANISH} {_OTHERS}".split())
#: Roles that stand between a title and a name: "Bapak Presiden Joko Widodo", "Herr Doktor Meier".
_ROLES_WORDS = """
president presiden präsident presidente président prime minister menteri ministro ministre wakil ketua gubernur bupati
walikota camat lurah direktur kepala dokter doctor doktor guru ustad ustadz haji hajah kyai professor profesor judge hakim
senator mayor
"""
ROLES = frozenset(_ROLES_WORDS.split())
#: What stands before an apostrophe in words that are no names: "I'm", "don't".
_CONTRACTED_WORDS = """
i we you it he she they that what who there here don can won let doesn didn isn aren wasn couldn wouldn
"""
CONTRACTED = frozenset(_CONTRACTED_WORDS.split())
#: What joins the words of one name.
_PARTICLES_WORDS = """
van von der den de da do dos das du del della le la el al bin binti bint ibn af av zu zur ten ter
"""
PARTICLES = frozenset(_PARTICLES_WORDS.split())
#: Chinese characters that stand in other words and seldom in a given name; where one follows, the name is over.
NO_GIVEN = frozenset(
    "的是和在了有为為与與及业務务性级級中校等融全面目部门門区區县縣市省国國院科系班位名个個们們我你您他她它这這那哪说說想要会會能可以请請帮幫"
    "来來去到从從对對给給被把让讓向又也都就才还還没沒不吗嗎呢吧啊呀今昨年月日时時分岁歲男女电電话話手机機号號码碼住址生份证證性别別先后後"
    "上下里裡外前问問答叫做姓何什么麼谁誰怎样樣总總经經理很非常多少大种種者员員工人家"
)
#: Words of everyday language that are surnames too: behind a given name they are read on.
_SURNAMES_TOO_WORDS = """
page young long price cook king white black brown green west north little law hill field fields day church power small stone
wood good best love rich park lang wise chase may rose frost snow winter summers banks bush case cross fox gates grant hall
hand hope hunt lane lake light mills moon parks pope rice rivers shepherd singer waters wall ward webb wells woods major noble
parker porter potter carter turner walker hunter archer booker cooper miller smith taylor mason marks bond berg dahl holm lund
bach kok kurt bader teller koch becker schneider neumann lange klein gross berger sommer winther friis skov bro sand vest
santos rosa reis read reader port speed moody post house list story strong sharp swift early golden savage
"""
SURNAMES_TOO = frozenset(_SURNAMES_TOO_WORDS.split())
