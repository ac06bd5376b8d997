"""Names of the months in the languages of newsrooms, in lower case, as dates write them."""

from __future__ import annotations

_NAMES = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuuta stycznia "
    "styczeń ledna januára január ianuarie ocak января січня gener siječnja ιανουαρίου януари जनवरी يناير "
    "בינואר sausio",
    "february feb februar feber febr février févr fevrier febrero febbraio fevereiro fev februari "
    "helmikuuta lutego luty února februára február februarie şubat февраля лютого febrer veljače "
    "φεβρουαρίου февруари फ़रवरी فبراير בפברואר vasario",
    "march mar märz mär maerz mrz mars marzo março maart mrt marts maaliskuuta marca marzec března "
    "március martie mart марта березня maret març ožujka μαρτίου март मार्च مارس במרץ kovo",
    "april apr avril avr abril abr aprile huhtikuuta kwietnia kwiecień dubna apríla április aprilie nisan "
    "апреля квітня travnja απριλίου април अप्रैल أبريل באפריל balandžio",
    "may mai mayo maggio mag maio mei maj toukokuuta maja května mája május mayıs мая травня maig svibnja "
    "μαΐου май मई مايو במאי gegužės",
    "june jun juni juin junio giugno giu junho kesäkuuta czerwca czerwiec června júna június iunie "
    "haziran июня червня juny lipnja ιουνίου юни जून يونيو ביוני birželio",
    "july jul juli juillet juil julio luglio lug julho heinäkuuta lipca lipiec července júla július iulie "
    "temmuz июля липня juliol ιουλίου юли जुलाई يوليو ביולי liepos",
    "august aug août aout agosto ago augustus augusti elokuuta sierpnia sierpień srpna augusztus ağustos "
    "августа серпня agustus agt agost kolovoza αυγούστου август अगस्त أغسطس באוגוסט rugpjūčio",
    "september sep sept septembre septiembre setiembre settembre set setembro syyskuuta września wrzesień "
    "září septembra szeptember septembrie eylül сентября вересня setembre rujna σεπτεμβρίου септември "
    "सितंबर سبتمبر בספטמבר rugsėjo",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października październik "
    "října októbra október octombrie ekim октября жовтня οκτωβρίου октомври अक्टूबर أكتوبر באוקטובר "
    "spalio",
    "november nov novembre noviembre novembro marraskuuta listopada listopad listopadu novembra noiembrie "
    "kasım ноября листопада studenoga νοεμβρίου ноември नवंबर نوفمبر בנובמבר lapkričio",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember des "
    "joulukuuta grudnia grudzień prosince decembra decembrie aralık декабря грудня desembre prosinca "
    "δεκεμβρίου декември दिसंबर ديسمبر בדצמבר gruodžio",
)

#: Name → number.
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
