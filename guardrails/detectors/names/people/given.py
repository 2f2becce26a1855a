"""Given names and Chinese surnames that many people bear: a word that stands here needs less around it to be a name.

Facts of common knowledge, written for this project; not a census and not complete, and no more than a hint: nothing is a name
because it stands here alone.
"""

from __future__ import annotations

_ENGLISH = """
aaron abigail adam adrian agnes aidan aisha alan albert alex alexander alexandra alice alicia alison allison amanda amber
amelia amy andre andrea andrew angela anita ann anna anne annie anthony antonio arthur ashley audrey barbara barry beatrice
becky benjamin bernard beth bethany betty beverly bob bobby bonnie brad bradley brandon brenda brett brian bridget bruce bryan
caitlin caleb calvin cameron carla carlos carmen carol caroline carolyn catherine cathy cecilia charles charlie chelsea cheryl
chloe chris christian christina christine christopher cindy claire clara clarence cody colin connor corey courtney craig
cynthia daisy damian dan daniel danielle danny darren dave david dean deborah debbie denise dennis derek diana diane dominic
donald donna doris dorothy douglas duncan dustin dylan earl eddie edgar edith edward edwin eileen elaine eleanor elena eli
elijah elizabeth ella ellen ellie emily emma eric erica erik erin ernest esther ethan eugene eva evan evelyn faith fatima
felicia felix fiona florence frances francesca francis frank fred frederick gabriel gabriela gareth gary gavin gemma geoffrey
george georgia gerald gerard gina gladys glenn gloria gordon graham greg gregory gwen hannah harold harriet harry harvey hazel
heather hector heidi helen henry herbert holly howard hugh hugo ian ibrahim imogen irene isaac isabel isabella isla ivan jack
jackie jackson jacob jacqueline jake james jamie jane janet janice jared jasmine jason jay jean jeff jeffrey jenna jennifer
jenny jeremy jerome jerry jesse jessica jill jim jimmy joan joanna joanne joe joel john johnny jon jonathan jordan jose joseph
josephine josh joshua joyce juan juanita judith judy julian julie juliet justin kaitlyn karen karl kate katherine kathleen
kathryn kathy katie kayla keith kelly ken kenneth kerry kevin kieran kim kimberly kirsten kristen kristin kyle lance larry
laura lauren laurie lawrence leah lee leo leon leonard leslie lewis liam lillian lily linda lindsay lindsey lisa liz logan
lois loretta lorraine louis louise lucas lucia lucy luis luke lydia lynn mabel madeline madison malcolm marcus margaret maria
marie marilyn mario marion marjorie mark martha martin marvin mary mason mateo matt matthew maureen max maxine megan melanie
melissa mercedes meredith mia michael micheal michelle miguel mike mildred mitchell mohamed mohammed molly monica morgan
muhammad myra nadia nancy naomi natalie natasha nathan nathaniel neil nicholas nick nicola nicole nigel nina noah noel nora
norma norman olive oliver olivia omar oscar owen paige pam pamela patricia patrick paul paula pauline peggy penelope penny
pete peter philip phillip phoebe phyllis priya rachel ralph ramon randy raymond rebecca reggie regina renee rhonda ricardo
richard rick ricky rita robert roberta roberto robin rodney roger roland ron ronald rosa rosemary rosie ross roxanne roy
russell ruth ryan sally sam samantha samuel sandra sandy sara sarah scott sean sebastian seth shane shannon sharon shaun shawn
sheila shelly sherry shirley sidney simon sofia sonia sophia sophie spencer stacey stacy stan stanley stella stephanie stephen
steve steven stewart stuart sue susan suzanne sylvia tamara tammy tanya tara ted teresa terry thelma theodore theresa thomas
tiffany tim timothy tina todd tom tommy toni tony tracey tracy travis trevor tristan troy tyler valerie vanessa vera vernon
veronica vicki victor victoria vincent viola violet virginia vivian walter wanda warren wayne wendy wesley william willie
wilma winston yasmin yolanda yvonne zachary zoe ahmed ali arjun deepak raj rajesh rahul sanjay sunil vijay anil amit ravi
suresh ramesh neha pooja anjali kavita
"""
_INDONESIAN = """
abdul achmad ade adi adit aditya agung agus ahmad aisyah ajeng akbar alfi ali alif amalia amir anang andi andika andre andri
andriani ani anisa anita anton anwar apri ardi ardian ari arief arif arifin aris arya asep astrid astuti atika aulia awan ayu
ayunda bagas bagus bambang basuki bayu beni benny boy budi budiman cahya cahyo candra catur chandra cici citra cokro dadang
damar dani danu darma darmawan dedi deni denny desi desy dewi dhani dharma dian diana dika dimas dina dini diyah djoko doni
dwi edi edy eka eko elisa endah endang erna erni erwin evi fadil fadli fahmi faisal fajar fani farah farhan fatimah fauzi
fauzan febri ferdi ferry fitri fitria fitriani galih galuh ganjar gede gilang gita gunawan gusti hadi hafiz hana handoko hani
hari hariyanto harry hartono haryanto hasan hendra hendri heni henny heri herman hermawan heru hesti husni ibnu ibrahim ida
iin ika ikhsan ilham iman imam inah indah indra intan irfan irma irwan ismail iwan jajang jamal januar jaya joko jono juni
kadek karina kartika kartini ketut khairul komang krisna kurnia kurniawan kusuma laila laras lestari lia lilis lina linda
lukman made maman maria mariani maulana maya mega melati miftah mira muhamad muhammad mulyadi mulyono mustafa nabila nadia
nanda nanang nani nasrul nia niken nina nining nisa nita novi novita nugroho nur nurhayati nuri nurul nyoman oki pandu panji
pipit prabowo pramono prasetyo pratama pratiwi puji purnama purwanto puspita putra putri putu rachmat rahayu rahma rahman
rahmat raka rama ramadhan rani ratih ratna rendra reni reza rian riana ridho ridwan rifki rika rina rini rio riska riski rita
rizal rizki rizky roni rosa rudi rudy rusdi safitri saiful saleh salma samsul santi santoso saputra sari sartika septi
setiawan setyo sigit sinta siska siti slamet soleh sony sri subagyo sudarmo sugeng sugiarto suharto sujono sukma sulaiman
sulastri sulistyo sumarni suparman suparno supriyadi surya suryadi susanti susanto susi sutanto sutrisno suwarno syahrul
syaiful syifa tasya taufik teguh tika tini titi titik toni tri triyono tuti udin umar umi utami vera vina wahyu wahyudi
wahyuni wati wawan wayan widodo widya wisnu wiwik wulan yanti yanto yayan yayuk yeni yogi yoga yudi yuli yuliana yulianti yuni
yusuf yuyun zainal zaki zulfikar aminah halimah khadijah zahra nabilah salsabila anggraini anggun mulyono sumarno sukarno
suharti suryani wibowo nugraha hidayat hidayah firmansyah firman yuliani ramadhani larasati cahyani handayani wulandari
damayanti kusumawati rahmawati setiawati fitriyani nurjanah maryati maryam togar tigor
"""
_NORDIC = """
aage adam agnes agnete albert alfred allan amalie anders andreas ane anette anja anker ann anna anne annette anni annika anton
arne asger asta astrid august axel bendt bengt benny bente bent bertil birger birgit birgitte birte birthe bjarne bjørn bo
bodil brian britt børge camilla carina carl carla carsten casper cecilie charlotte christian christina christine claus clara
connie dagmar daniel ditte dorte dorthe ebba ebbe edith egon einar elias elin eline elisabeth ella ellen elsa elsebeth else
emil emilie emma erik erling ester esben eva fie filip finn flemming frans freja frederik frederikke frida frode george gerda
gitte gorm grete grethe gudrun gunhild gunnar gustav göran hanna hanne hans harald hedda heidi helena helene helge helle
henning henriette henrik herman holger håkan ida inga inge ingelise inger ingrid irene isabella iver ivan jacob jakob jan
janne jannik jens jeppe jesper jette jimmi johan johanne johannes johnny jon jonas josefine jørgen jörgen kaj kaja kamilla
karen karin karina karl karla karoline karsten kasper katja katrine keld ken kenneth kim kirsten kirstine kjeld klaus knud
knut kristian kristina kristine kurt kåre lars lasse laura lauritz lea leif lene lennart liam lina linus lis lisbeth lise
liselotte liv lone lotte louise lucas ludvig mads magnus maja maiken malene malthe maren margit margrethe maria marianne marie
marlene martin mathias mathilde mathilda matilde merete mette michael mia mikael mikkel mikael mogens morten nana nanna
natasja niels nikolaj nils nina noah nora olaf ole olga oliver ove otto palle paw peder peer pelle per pernille peter pia poul
preben rasmus rikke rita robert rolf rune sander sanne sara selma signe sigrid sigurd silas simon simone sofie solveig sonja
steen steffen stig stine sune susanne susan svend sven sverre søren tanja thea theis thomas thorkild thor tina tobias tom
tommy torben tore trine troels tue tuva ulf ulla ulrik valdemar vagn vera vibeke victor victoria viggo vilhelm villads villy
vivi yrsa åge åse åsa östen
"""
_GERMAN = """
achim albrecht alexander alfons andrea angelika anja anke annegret annika antje armin astrid axel bastian beate benjamin bernd
bernhard bettina birgit björn brigitte britta carsten christa christoph claudia cornelia daniela detlef dieter dietmar dirk
doris eberhard eckhard elfriede elke erich erika ernst erwin eva felix florian franz franziska friedrich fritz gabi gabriele
georg gerd gerhard gisela gottfried gudrun günter günther hanna hannelore hannes hans harald hartmut heike heiko heinrich
heinz helga helmut hermann hildegard holger horst ilse ines inge ingo ingrid jana joachim jochen johann johannes jörg josef
jürgen jutta karl karin karlheinz katharina katja katrin kerstin klaus konrad kornelia lena lothar ludwig lukas lutz manfred
manuela marco margarete margit marianne markus martina matthias maximilian melanie michaela monika moritz nadine nicole
norbert olaf oskar otto peter petra philipp rainer ralf regina reinhard reinhold renate rolf rosemarie rudolf rüdiger sabine
sandra sebastian siegfried sigrid silke silvia simone sonja stefan stefanie steffen susanne sven tanja thorsten tobias torsten
udo ulrich ulrike ursula ute uwe veronika volker waltraud werner wilhelm wolfgang wolfram yannick
"""
_ROMANCE = """
adriana agustín alain alberto alejandra alejandro alessandra alessandro alexandre alfonso alfredo álvaro amélie ana andré
andrés ángel ángela anne-marie antoine antonella antônio antónio aurélie beatriz benoît bernadette bruno camille carla carlos
carolina caterina catarina céline cécile chantal chiara christelle christophe clara claudia cláudia claudio cláudio clémence
colette concepción consuelo corinne cristiano cristina daniela denis diego dolores domenico dominique eduardo elena élise
elisa élodie emanuele emilio émilie enrique enzo ernesto esteban estelle esperanza étienne eugenia fabien fabio fábio fabrice
federico felipe fernanda fernando filipe flávia flávio francesco francisca francisco françois françoise frédéric gabriela
geneviève gérard gerardo germán giorgio giovanni giulia giuseppe gonzalo gonçalo guadalupe guilherme guillaume guillermo
gustavo hélène henri henrique hervé ignacio inês inès isabel isabelle jaime javier jean jean-luc jean-paul jean-pierre jeanne
jérôme joana joão joaquín joaquim jorge josé josefina juan julien juliana juliette júlia lautaro laurent léa letícia lorenzo
lourdes lúcia lucía luciana ludovic luís luis luiz luiza manoel manuel manuela marcela marcelo marcia márcia márcio marco
marcos margarida margarita maria maría mariana marina marisol marta martín mateus matheus mathieu matteo maurício mauricio
maurizio mercedes michel miguel mireille monique mónica mônica murilo natália nathalie nelson nicolás nuno olivier óscar pablo
paola paolo pascal patrícia patrice paulo pedro philippe pierre pilar rafael raquel raúl raul renata renato ricardo roberta
roberto rocío rodrigo rogério rosa rosario rubén rui salvador salvatore santiago sébastien séverine sérgio sergio silvia
sílvia simona sofía sônia stéphane stéphanie sylvain sylvie tânia teresa thérèse thiago thierry tiago tomás valentina valentín
valeria vanda vasco verônica véronique vicente vinícius virginie vitor víctor vítor ximena xavier yolanda yves yvette
"""
_OTHER = """
abdullah ahmet akira aleksandr aleksei alexei amina amir anastasia andrei anton arjuna ayesha bashir bilal boris chidi dmitri
dmitry ekaterina elif emeka emre fatma farida fatih hassan haruki hiroshi hussein ibrahim igor ines irina ivana jamila jiho
jin kamal karim katarzyna kenji khalid krzysztof ksenia kwame layla leila leyla lucja mahmoud małgorzata marek mariam maryam
mehmet mikhail minh ming mohammad mohamad mustafa nadeem naoko natalia ngozi nguyen nikita nikolai noor olga oleg olena omar
oksana pavel piotr rashid rania samir sanjeev satoshi sergei sergey svetlana takashi tariq tatiana tomasz vladimir wei xin
yuki yuri yusuf zainab zeynep zofia
"""
#: Words of everyday language, places, firms and tools that are given names too: as names they are written with a capital.
_AMBIGUOUS_WORDS = """
will mark may grace hope rose bill art rich chase ruby iris ivy jack jay josh kim ken lance max miles norm olive pat penny
pete ray rob robin rusty sandy sky skip sue tim ted tony tom victor viola violet wade ward wayne amber april august autumn
beth bob carol charity chip christian cliff colin crystal daisy dale dawn dean dick don drew earl earnest ernest eve faith
fern flora florence frank gene glen grant guy hazel heather holly hunter jean jerry jordan joy june lily logan mason melody
mercedes miles morgan nick norman paris pearl peg rocky rod roman sage sally scout spencer summer terry tiffany trinity troy
virginia georgia victoria charlotte austin chelsea diana julia angular django jenkins claude alexa siri jasmine madison
jackson carmen dolores pilar salvador angel jade marina rosa bo per ole liv lis fie tue thor sky so so-so paw stig finn bent
keld mai freja jan sten steen jens august lone inge else ane ken sari indah intan surya dewi putri putra adi eka dwi tri catur
wulan mega cahya bunga melati kusuma purnama made nur agung bagus jaya puji iman imam umi ratih fajar bayu awan gilang lestari
rahmat rahayu citra kartika indra ari nanda laras aulia sukma slamet beni boy candra damar gede maya oki pandu raka rama
satria teguh utami yoga januar juni apri akbar maulana mulia setia ani inah hari arif hana hani kurnia laila nuri titik ming
jin wei xin noor pascal oscar ines elif boris chidi igor bruno victor pedro ana vanda andrea linda lee leo stella
"""
AMBIGUOUS = frozenset(_AMBIGUOUS_WORDS.split())
GIVEN = frozenset(f"{_ENGLISH} {_INDONESIAN} {_NORDIC} {_GERMAN} {_ROMANCE} {_OTHER}".split())
#: What counts in lower case too.
PLAIN = GIVEN - AMBIGUOUS
INDONESIAN = frozenset(_INDONESIAN.split())
#: Indonesian given names that stand behind "pak" or "bu" in lower case without being a name there: "pak hari ini libur".
_WORDS_TOO_WORDS = """
hari iman bunga bagus puji mulia setia titik awan melati juni januar maya permata
"""
WORDS_TOO = frozenset(_WORDS_TOO_WORDS.split())

#: Surnames of mainland China, Taiwan and Hong Kong in both scripts, without those that are mostly other words.
SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡"
    "贾賈丁魏薛叶葉阎閻余潘杜戴夏锺钟鍾汪田姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬"
    "贺賀赖賴龚龔庞龐樊兰蘭殷施陶洪翟颜顏倪严嚴牛温溫芦俞章鲁魯葛韦韋毕畢聂聶焦向柳邢骆駱岳齐齊梅莊庄辛管祝左涂谷祁耿牟卜詹柯阮桂闵甄戚"
)
#: Others, and such as are mostly other words: they count where a label or a title leaves no doubt that a name stands there.
RARE = SURNAMES | frozenset(
    "季安童宁游俞蓝项解屈荆翁阳佘邬卓柴蒙华符申鲍艾盛滕骆麦路凌霍房裴甘景葛褚凤花狄仇成乐娄冉宫靳穆冀慎宣解应宗巴仲伊宫卞边晏桑苗尚喻包仇"
    "劳单计查商农温利米水文木叶元风关池木时支伍党鹿沙巫舒燕连阙戎郦丛沃冷訾幸司韶从索咸籍卓蔺屠乔阴胥双莘译贡劳逄姬扶堵宰晁钭"
)
_COMPOUND_WORDS = """
欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 端木 东方
"""
COMPOUND = frozenset(_COMPOUND_WORDS.split())
#: Surnames that are as often part of another word: they prove less.
DOUBTFUL = frozenset("于高方金白常向万萬江石余管左谷易武史田温溫章康龙龍马馬牛兰蘭夏梅严嚴曾任许許程施陶洪黄黃")
